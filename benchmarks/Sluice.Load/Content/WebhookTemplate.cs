using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Load.Ids;

namespace Sluice.Load.Content;

/// <summary>
/// A webhook of about 2 KB, signed once: HMAC-SHA256 of the body in <c>X-Signature</c>. What makes each delivery another is its marker in
/// <c>X-Request-ID</c>, which that signature does not cover, so that the sender does not become what is measured.
/// </summary>
public sealed class WebhookTemplate : ILoadTemplate
{
    private const int Lines = 18;
    private readonly byte[] _headers;
    private readonly byte[] _body;
    private readonly int _marker;

    /// <summary>Writes and signs it.</summary>
    /// <param name="secret">The secret of the endpoint.</param>
    /// <param name="seed">What its contents follow from.</param>
    public WebhookTemplate(string secret, int seed)
    {
        _body = Encoding.UTF8.GetBytes(Order(new Random(seed)));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), _body));
        _headers = Encoding.ASCII.GetBytes($"X-Event-Type: order.paid\r\nX-Signature: sha256={signature}\r\nX-Request-ID: {Placeholder.Marker}\r\n");
        _marker = _headers.AsSpan().IndexOf(RecordMarker.Prefix) + RecordMarker.Prefix.Length;
    }

    /// <inheritdoc/>
    public int Records => 1;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Headers => _headers;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Body => _body;

    /// <inheritdoc/>
    public void Fill(int run, long first, ulong time) => RecordMarker.Write(_headers.AsSpan(_marker, RecordMarker.Digits), RecordMarker.ToId(run, first));

    private static string Order(Random random)
    {
        var order = random.Next(10_000, 99_999);
        var lines = Enumerable.Range(0, Lines).Select(line => Invariant(
            $$"""{"line":{{line}},"sku":"SKU-{{random.Next(100_000):00000}}","name":"{{Pick(random)}}","quantity":{{random.Next(1, 9)}},"price":{{random.Next(100, 99_999) / 100.0}},"taxed":true}"""));
        return Invariant(
            $$"""{"type":"order.paid","created_at":"2026-01-01T00:00:00.125Z","order":{{order}},"currency":"EUR","customer":{"id":"u-{{random.Next(10_000):0000}}","country":"NL","email":"customer.{{order}}@shop.example","note":null},"shipping":{"method":"parcel","street":"Prins Hendrikkade 33","city":"Amsterdam","postcode":"1012 TM","instructions":"At the neighbours’, please: the bell is \"broken\"."},"payment":{"provider":"card","reference":"pay_{{random.NextInt64():x16}}","captured":true,"fee":{{random.Next(10, 500) / 100.0}}},"lines":[{{string.Join(',', lines)}}]}""");
    }

    private static string Pick(Random random) => random.GetItems(["lamp", "kettle", "notebook", "bicycle", "headphones", "backpack", "umbrella", "keyboard"], 1)[0];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
