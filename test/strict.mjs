// Mocha ends with 0 after an unhandled rejection; thrown here, it fails the run.
process.on('unhandledRejection', (reason) => {
  throw reason
})
