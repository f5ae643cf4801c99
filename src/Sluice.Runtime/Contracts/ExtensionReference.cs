namespace Sluice.Runtime.Contracts;

/// <summary>A component's mention of an extension.</summary>
/// <param name="Key">The key that holds the id, below the component: <c>protocols::grpc::auth::authenticator</c>.</param>
/// <param name="Id">The extension's id.</param>
/// <param name="Role">What it must do; one of the roles.</param>
public readonly record struct ExtensionReference(string Key, string Id, ExtensionRoles Role);
