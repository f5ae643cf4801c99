namespace Sluice.Runtime.Contracts;

/// <summary>The extensions of an instance, as other components find them. They are started before whatever uses them.</summary>
/// <param name="extensions">By id.</param>
public sealed class ExtensionSet(IReadOnlyDictionary<string, IExtension> extensions)
{
    /// <summary>No extensions.</summary>
    public static ExtensionSet Empty { get; } = new(new Dictionary<string, IExtension>());

    /// <summary>Finds an authenticator of senders.</summary>
    /// <exception cref="ComponentStartException">There is none of that id: the options did not declare it, so that the graph could not check it.</exception>
    public IServerAuthenticator ServerAuthenticator(string id) => Find<IServerAuthenticator>(id, "an authenticator of senders");

    /// <summary>Finds an authenticator of requests that go out.</summary>
    /// <exception cref="ComponentStartException">As in <see cref="ServerAuthenticator"/>.</exception>
    public IClientAuthenticator ClientAuthenticator(string id) => Find<IClientAuthenticator>(id, "an authenticator of requests that go out");

    private T Find<T>(string id, string role)
        where T : class =>
        extensions.GetValueOrDefault(id) as T
            ?? throw new ComponentStartException($"auth::authenticator: there is no extension \"{id}\" that is {role}; define one and list it in service::extensions");
}
