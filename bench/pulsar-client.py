"""The official client of Pulsar: for each line that it is given runs one trivial job as Galaxy does, and prints the milliseconds of it."""

import os
import sys
import tempfile
import time

from pulsar.client import (
    build_client_manager,
    ClientJobDescription,
    ClientOutputs,
    finish_job,
    PulsarOutputs,
    submit_job,
)

# The library prints, too.
told, sys.stdout = sys.stdout, sys.stderr
url, token, pace = sys.argv[1], sys.argv[2], float(sys.argv[3])
manager = build_client_manager()


def trip(number):
    folder = tempfile.mkdtemp()
    out = os.path.join(folder, "out.dat")
    began = time.monotonic()
    client = manager.get_client({"url": url, "private_token": token}, "bench-%d-%d" % (os.getpid(), number))
    working = os.path.join(folder, "working")
    os.mkdir(working)
    outputs = ClientOutputs(working_directory=working, output_files=[out], dynamic_outputs=["(?!)"])
    job = ClientJobDescription(
        command_line="echo done > %s" % out,
        client_outputs=outputs,
        working_directory=working,
        metadata_directory=folder,
    )
    submit_job(client, job)
    while True:
        said = client.raw_check_complete()
        if said.get("complete") == "true":
            break
        time.sleep(pace)
    failures = finish_job(client, "always", True, outputs, PulsarOutputs.from_status_response(said))
    took = time.monotonic() - began
    with open(out) as collected:
        if failures or collected.read() != "done\n":
            raise Exception("not collected: %s" % failures)
    return took * 1000


for number, line in enumerate(sys.stdin):
    print("%.3f" % trip(number), file=told, flush=True)
