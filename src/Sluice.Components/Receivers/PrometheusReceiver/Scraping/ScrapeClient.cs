using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Tls;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>Fetches what the targets of a job expose. Thread-safe.</summary>
internal sealed class ScrapeClient : IDisposable
{
    private const string Accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

    private readonly ScrapeOptions _job;
    private readonly HttpConnections _connections;

    /// <exception cref="ComponentStartException">A file of TLS cannot be used.</exception>
    public ScrapeClient(ComponentContext context, ScrapeOptions job)
    {
        _job = job;
        try
        {
            _connections = new HttpConnections(
                new HttpConnectionSettings { Proxy = job.ProxyUrl is null ? null : new Uri(job.ProxyUrl.Reveal()) },
                new TlsClient(job.TlsConfig.ToClient(), context.Time, context.Logger));
        }
        catch (TlsFileException e)
        {
            throw new ComponentStartException($"receivers::{context.Id}::config::scrape_configs (job {job.JobName})::tls_config::{e.Message}");
        }
    }

    /// <summary>Scrapes a target.</summary>
    /// <param name="target">What is scraped.</param>
    /// <param name="body">Gets what it answers.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it says that it is OpenMetrics; otherwise it is the text format.</returns>
    /// <exception cref="HttpRequestException">It does not answer, or not with 200.</exception>
    /// <exception cref="IOException">It breaks off, or a file with credentials cannot be read.</exception>
    /// <exception cref="ExpositionException">It is too long, there is no memory for it, or it is no gzip where it says so.</exception>
    public async Task<bool> FetchAsync(Target target, ScrapeBody body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        request.Headers.TryAddWithoutValidation("User-Agent", ClientHeaders.UserAgent);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", target.Timeout.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Authorization = await CredentialsAsync(cancellationToken);
        using var response = await _connections.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var where = response.Headers.Location is { } location ? $"; it is at {location.OriginalString.Split('?')[0]}" : "";
            throw new HttpRequestException($"it answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + where);
        }

        await ReadAsync(response, body, cancellationToken);
        return response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text";
    }

    public void Dispose() => _connections.Dispose();

    private async Task ReadAsync(HttpResponseMessage response, ScrapeBody body, CancellationToken cancellationToken)
    {
        var limit = Math.Min(_job.BodySizeLimit.Bytes, int.MaxValue / 2);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var inflated = response.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        try
        {
            if (!await body.ReadAsync(inflated, limit, cancellationToken))
            {
                throw new ExpositionException($"it is longer than {_job.BodySizeLimit} (body_size_limit)");
            }
        }
        catch (InvalidDataException)
        {
            throw new ExpositionException("it says that it is gzip, and is not");
        }
    }

    private async Task<AuthenticationHeaderValue?> CredentialsAsync(CancellationToken cancellationToken)
    {
        if (_job.BasicAuth is { } basic)
        {
            var name = basic.UsernameFile is null ? basic.Username : await ReadLineAsync(basic.UsernameFile, cancellationToken);
            var password = basic.PasswordFile is null ? basic.Password?.Reveal() : await ReadLineAsync(basic.PasswordFile, cancellationToken);
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }

        if (_job.Authorization is not { } authorization)
        {
            return null;
        }

        var credentials = authorization.CredentialsFile is null ? authorization.Credentials!.Reveal() : await ReadLineAsync(authorization.CredentialsFile, cancellationToken);
        return new AuthenticationHeaderValue(authorization.Type, credentials);
    }

    private static async Task<string> ReadLineAsync(string path, CancellationToken cancellationToken)
    {
        var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        return text.AsSpan().ContainsAny('\r', '\n', '\0') ? throw new IOException($"{path} has more than one line, which a header cannot") : text;
    }
}
