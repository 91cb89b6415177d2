/// Who an operation is done for. Every service method takes one first, so that none can forget to
/// ask what its caller may see and do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A visitor, of whom nothing is known.
    Anonymous,
    /// The program itself, on the word of whoever runs it: an import from the command line.
    System,
}
