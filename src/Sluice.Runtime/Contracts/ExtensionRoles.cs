namespace Sluice.Runtime.Contracts;

/// <summary>What an extension does for other components; each role is an interface that its instance implements.</summary>
[Flags]
public enum ExtensionRoles
{
    /// <summary>Nothing: it stands for itself.</summary>
    None = 0,

    /// <summary>Checks who sends: <see cref="IServerAuthenticator"/>.</summary>
    ServerAuthenticator = 1,

    /// <summary>Adds credentials or headers to requests that go out: <see cref="IClientAuthenticator"/>.</summary>
    ClientAuthenticator = 2,
}
