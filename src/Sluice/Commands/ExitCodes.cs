namespace Sluice.Commands;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done; after a drain: everything was delivered, or stays where the next start finds it.</summary>
    public const int Success = 0;

    /// <summary>The configuration is wrong, or something could not start.</summary>
    public const int Failure = 1;

    /// <summary>Stopped with records undelivered that no restart brings back.</summary>
    public const int RecordsLost = 3;
}
