/** Times as people read them, in awk: not every awk has strftime. `zone` is minutes east of Greenwich; times are milliseconds since 1970. */
export const calendar = `
BEGIN {
  zone = ENVIRON["sim_zone"] + 0
  now = ENVIRON["sim_now"] + 0
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month_name, " ")
  split("Thu Fri Sat Sun Mon Tue Wed", day_name, " ")
}

# Sets year, month, day, weekday and clock of a time, after Hinnant's civil_from_days.
function read_time(time, seconds, days, era, of_era, year_of_era, of_year, shifted) {
  seconds = int(time / 1000) + zone * 60
  days = int(seconds / 86400)
  seconds -= days * 86400
  clock = sprintf("%02d:%02d:%02d", int(seconds / 3600), int(seconds / 60) % 60, seconds % 60)
  weekday = day_name[days % 7 + 1]
  days += 719468
  era = int(days / 146097)
  of_era = days - era * 146097
  year_of_era = int((of_era - int(of_era / 1460) + int(of_era / 36524) - int(of_era / 146096)) / 365)
  of_year = of_era - (365 * year_of_era + int(year_of_era / 4) - int(year_of_era / 100))
  shifted = int((5 * of_year + 2) / 153)
  day = of_year - int((153 * shifted + 2) / 5) + 1
  month = shifted < 10 ? shifted + 3 : shifted - 9
  year = year_of_era + era * 400 + (month <= 2)
}

function iso(time) {
  read_time(time)
  return sprintf("%d-%02d-%02dT%s", year, month, day, clock)
}

# As the C library's ctime, without its line break.
function ctime(time) {
  read_time(time)
  return sprintf("%s %s %2d %s %d", weekday, month_name[month], day, clock, year)
}

# The seconds since 1970 of a date and time such as 2026-11-21T08:14:29, parts of which may be missing at its end.
function seconds_of(text, part, y, m, d, days) {
  split(text, part, /[-T:]/)
  y = part[1] - (part[2] + 0 <= 2)
  m = part[2] + (part[2] > 2 ? -3 : 9)
  d = part[3] - 1
  days = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m + 2) / 5) + d - 719468
  return days * 86400 + part[4] * 3600 + part[5] * 60 + part[6] - zone * 60
}

# Hours, minutes and seconds; whole days before them where there are any.
function long_span(seconds, days) {
  seconds = int(seconds)
  days = int(seconds / 86400)
  return (days ? days "-" : "") sprintf("%02d:%02d:%02d", int(seconds / 3600) % 24, int(seconds / 60) % 60, seconds % 60)
}
`
