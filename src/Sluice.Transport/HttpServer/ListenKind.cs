namespace Sluice.Transport.HttpServer;

/// <summary>Ways to bind an endpoint.</summary>
internal enum ListenKind
{
    /// <summary>One address.</summary>
    Address,

    /// <summary>127.0.0.1, and ::1 where the machine has it.</summary>
    Loopbacks,

    /// <summary>All interfaces.</summary>
    Any,

    /// <summary>A Unix domain socket.</summary>
    Unix,
}
