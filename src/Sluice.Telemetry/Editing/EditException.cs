namespace Sluice.Telemetry.Editing;

/// <summary>An edit that a view refuses. The view is as it was before the edit; intake refuses the request.</summary>
public abstract class EditException : Exception
{
    private protected EditException(string message)
        : base(message)
    {
    }
}
