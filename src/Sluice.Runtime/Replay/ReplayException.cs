namespace Sluice.Runtime.Replay;

/// <summary>A replay that cannot be begun or ended as asked.</summary>
public sealed class ReplayException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="problem">What kind it is.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="expected">What would be right.</param>
    public ReplayException(ReplayProblem problem, string message, string expected)
        : base(message)
    {
        Problem = problem;
        Expected = expected;
    }

    /// <summary>What kind it is.</summary>
    public ReplayProblem Problem { get; }

    /// <summary>What would be right.</summary>
    public string Expected { get; }
}
