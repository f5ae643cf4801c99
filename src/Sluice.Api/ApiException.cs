namespace Sluice.Api;

/// <summary>A request that is answered with an error.</summary>
public sealed class ApiException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="parameter">The parameter that is wrong, if it is one.</param>
    /// <param name="expected">What would be right.</param>
    public ApiException(int status, string message, string? parameter = null, string? expected = null)
        : base(message)
    {
        Status = status;
        Parameter = parameter;
        Expected = expected;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The parameter that is wrong.</summary>
    public string? Parameter { get; }

    /// <summary>What would be right.</summary>
    public string? Expected { get; }
}
