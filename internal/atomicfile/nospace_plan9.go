package atomicfile

// noSpace is empty: errors are texts of the file server here.
var noSpace []error
