using Sluice.Components.Receivers.HttpEvents;
using Sluice.Components.Receivers.WebhookReceiver.Mapping;
using Sluice.Components.Receivers.WebhookReceiver.Verification;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Files;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>One endpoint at work.</summary>
internal sealed class WebhookEndpoint : IAsyncDisposable
{
    private readonly WebhookEndpointOptions _options;
    private readonly SecretFormat _format;
    private readonly string _key;
    private volatile SecretKeys? _secrets;
    private WatchedFile? _file;

    /// <summary>Creates it.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="options">Its options.</param>
    /// <param name="context">What the runtime gives the receiver.</param>
    /// <param name="intake">Where the table of its deliveries is.</param>
    public WebhookEndpoint(string name, WebhookEndpointOptions options, ComponentContext context, IIntake intake)
    {
        var preset = Presets.For(options);
        _options = options;
        _format = preset.SecretFormat;
        _key = $"receivers::{context.Id}::endpoints::{name}";
        Name = name;
        Path = options.Path;
        Writer = new EventWriter(preset.Mapping, name);
        TakesForms = preset.TakesForms;
        HasChallenge = preset.HasChallenge;
        Idempotency = preset.Idempotency;
        Verifier = options.Verify == WebhookVerify.None ? null : new Verifier(preset.Signatures, options.ReplayWindow, context.Time, context.Pool.Buffers);
        CredentialHeaders = [.. preset.Signatures.Select(signature => signature.Header.ToLowerInvariant())];
        if (preset.Idempotency != WebhookIdempotency.None)
        {
            Deliveries = new DeliveryLog(intake.OpenTable(
                $"webhook_deliveries/{context.Id}/{name}",
                new JournalTableOptions { MaxEntries = options.RememberAtMost, Expiry = options.RememberFor }));
        }
    }

    /// <summary>Its name in the configuration.</summary>
    public string Name { get; }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Makes records of its requests.</summary>
    public EventWriter Writer { get; }

    /// <summary>Checks its requests; null when nobody does.</summary>
    public Verifier? Verifier { get; }

    /// <summary>By what its repeats are known; never <see cref="WebhookIdempotency.Auto"/>.</summary>
    public WebhookIdempotency Idempotency { get; }

    /// <summary>What it took before; null when repeats are taken again.</summary>
    public DeliveryLog? Deliveries { get; }

    /// <summary>Whether its sender posts forms.</summary>
    public bool TakesForms { get; }

    /// <summary>Whether its sender asks for a <see cref="Challenge"/>.</summary>
    public bool HasChallenge { get; }

    /// <summary>Headers in lower case that carry what proves a sender.</summary>
    public IReadOnlyList<string> CredentialHeaders { get; }

    /// <summary>Whether public keys check its requests.</summary>
    public bool HasPublicKeys => _secrets is { HasPublicKeys: true };

    /// <summary>Its live secrets, once started.</summary>
    public SecretKeys Secrets => _secrets ?? throw new InvalidOperationException("The endpoint is not started.");

    /// <summary>Reads its secrets.</summary>
    /// <exception cref="ComponentStartException">They cannot be read or used.</exception>
    public void Start(ComponentContext context)
    {
        if (Verifier is null)
        {
            return;
        }

        var key = _options.SecretsFile is null ? $"{_key}::secrets" : $"{_key}::secrets_file";
        try
        {
            if (_options.SecretsFile is { } path)
            {
                var contents = SecretFile.Read(key, path);
                Take(contents);
                _file = new WatchedFile(path, contents, Take, context.Time, context.Logger);
            }
            else
            {
                _secrets = SecretKeys.Create([.. _options.Secrets.Select(secret => secret.Reveal())], _format);
            }
        }
        catch (Exception e) when (e is FormatException or PlatformNotSupportedException)
        {
            throw new ComponentStartException($"{key}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(string contents)
    {
        var secrets = SecretLines.Read(contents);
        _secrets = secrets.Count > 0
            ? SecretKeys.Create(secrets, _format)
            : throw new FormatException($"{_options.SecretsFile} holds no secret; write one, or several with one a line");
    }
}
