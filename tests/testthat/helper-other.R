# A function of a package that these tests can use and do not need: found by name, so that nothing has to be declared.
other <- function(package, name) {
  testthat::skip_if_not_installed(package)
  getExportedValue(package, name)
}
