namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What a request is known by.</summary>
internal enum SignatureKind
{
    /// <summary>A message authentication code of its content, or a signature of it.</summary>
    Signature,

    /// <summary>The secret itself, in a header.</summary>
    Token,

    /// <summary>The secret itself in <c>Authorization</c>: a bearer token, or name and password as <c>name:password</c>.</summary>
    Authorization,
}
