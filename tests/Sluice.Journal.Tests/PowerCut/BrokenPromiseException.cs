namespace Sluice.Journal.Tests.PowerCut;

/// <summary>The journal did what it never may. Of its own type, so that tests of broken builds know that it was this that was caught.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
