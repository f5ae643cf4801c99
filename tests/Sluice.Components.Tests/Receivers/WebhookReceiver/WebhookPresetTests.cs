using Sluice.Components.Receivers.WebhookReceiver;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>Each preset takes its vendor's request, and nothing that differs from it in what is signed.</summary>
public sealed class WebhookPresetTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";

    public static TheoryData<string> Names() => [.. WebhookVectors.All.Select(vector => vector.Name)];

    [Fact]
    public void Every_scheme_that_is_not_declared_has_a_request_here() => Assert.Equal(
        Enum.GetValues<WebhookScheme>().Except([WebhookScheme.Custom]).Select(scheme => scheme.ToString().ToLowerInvariant()),
        WebhookVectors.All.Select(vector => vector.Scheme).Distinct());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_rightly_signed_request_is_taken_once(string name)
    {
        var vector = WebhookVectors.Named(name);
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        var first = await vector.SendAsync(test);
        var second = await vector.SendAsync(test);

        // The published body of GitHub is no JSON: that it is read at all shows that its signature was right.
        var expected = name == "GitHub, published" ? 400 : 202;
        Assert.Equal((expected, expected), (first.Status, second.Status));
        Assert.Equal(expected == 202 ? 1 : 0, test.Intake.Submissions);
    }

    [Theory]
    [InlineData("GitHub", "X-GitHub-Delivery")]
    [InlineData("Shopify", "X-Shopify-Webhook-Id")]
    [InlineData("GitLab, signed", "Idempotency-Key")]
    public async Task A_replay_under_another_id_that_is_not_signed_is_not_taken_again(string name, string header)
    {
        var vector = WebhookVectors.Named(name);
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);

        await vector.SendAsync(test);
        Assert.Equal(202, (await vector.With(header, "another").SendAsync(test)).Status);

        Assert.Equal(1, test.Intake.Submissions);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_flipped_bit_in_anything_signed_is_refused(string name)
    {
        var vector = WebhookVectors.Named(name);
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now);
        var random = new Random(RandomSeed.Value);

        if (vector.SignsBody)
        {
            // One in each byte; in the long run all of them.
            var bits = vector.Bytes.Length * 8;
            foreach (var bit in IsLong ? Enumerable.Range(0, bits) : Enumerable.Range(0, vector.Bytes.Length).Select(index => (index * 8) + random.Next(8)))
            {
                var changed = vector.Bytes;
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True((await test.PostAsync("/hook", changed, vector.ContentType, vector.Headers)).Status == 401, $"bit {bit} of the body, SLUICE_SEED={RandomSeed.Value}");
            }
        }

        foreach (var (header, value) in vector.Headers.Where(header => IsSigned(vector, header.Name)))
        {
            foreach (var changed in header == vector.Headers[^1].Name ? FlipProof(value) : FlipText(value, 0, value.Length))
            {
                Assert.True((await vector.With(header, changed).SendAsync(test)).Status == 401, $"{header}: {changed} was taken for {value}");
            }
        }

        Assert.Equal(0, test.Intake.Submissions);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Another_secret_a_truncated_proof_and_none_are_refused(string name)
    {
        var vector = WebhookVectors.Named(name);
        var other = vector with { Secret = vector.Scheme == "standard" ? "whsec_AAAA" : "another" };
        await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint + "\n" + other.Endpoint.Replace("hook", "other", StringComparison.Ordinal), now: vector.Now);
        var (header, value) = vector.Headers[^1];

        Assert.Equal(401, (await test.PostAsync("/other", vector.Bytes, vector.ContentType, vector.Headers)).Status);
        Assert.Equal(401, (await test.PostAsync("/hook", vector.Bytes, vector.ContentType, vector.Headers[..^1])).Status);
        foreach (var cut in Enumerable.Range(1, value.Length))
        {
            Assert.Equal(401, (await vector.With(header, value[..^cut]).SendAsync(test)).Status);
        }

        Assert.Equal(0, test.Intake.Submissions);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_signed_time_is_good_for_five_minutes_before_and_after(string name)
    {
        var vector = WebhookVectors.Named(name);
        var taken = name == "GitHub, published" ? 400 : 202;
        foreach (var (seconds, status) in new[] { (-301, 401), (-300, 202), (300, 202), (301, 401) })
        {
            await using var test = await WebhookUnderTest.StartAsync(vector.Endpoint, now: vector.Now.AddSeconds(seconds));

            Assert.Equal(vector.SignsTime ? status : taken, (await vector.SendAsync(test)).Status);
        }
    }

    private static bool IsSigned(WebhookVector vector, string header) => header == vector.Headers[^1].Name
        || header.Contains("timestamp", StringComparison.OrdinalIgnoreCase) || header == "webhook-id";

    /// <summary>The header with each bit of its signature, token or password flipped, and of the time before it.</summary>
    private static IEnumerable<string> FlipProof(string value)
    {
        const int HexLength = 64;
        const int Base64Length = 44;
        const int LongBase64Length = 88;
        var start = value.StartsWith("Basic ", StringComparison.Ordinal) ? "Basic ".Length
            : Math.Max(0, value.Length - (value.StartsWith("v1a,", StringComparison.Ordinal) ? LongBase64Length : Base64Length));
        if (value.StartsWith("t=", StringComparison.Ordinal))
        {
            foreach (var changed in FlipText(value, 2, value.IndexOf(',', StringComparison.Ordinal)))
            {
                yield return changed;
            }
        }

        if (value.Length >= HexLength && value[^HexLength..].All(char.IsAsciiHexDigit))
        {
            foreach (var changed in FlipBits(Convert.FromHexString(value[^HexLength..])))
            {
                yield return value[..^HexLength] + Convert.ToHexStringLower(changed);
            }
        }
        else if (value.EndsWith('=') || value.StartsWith("Basic ", StringComparison.Ordinal))
        {
            foreach (var changed in FlipBits(Convert.FromBase64String(value[start..])))
            {
                yield return value[..start] + Convert.ToBase64String(changed);
            }

            // The text too, where a character has bits that mean nothing; a password has no other text than its own.
            if (value[^1] == '=' && start > 0 && !value.StartsWith("Basic ", StringComparison.Ordinal))
            {
                var last = value.TrimEnd('=').Length;
                foreach (var changed in FlipText(value, last - 1, last))
                {
                    yield return changed;
                }
            }
        }
        else
        {
            foreach (var changed in FlipText(value, value.StartsWith("Bearer ", StringComparison.Ordinal) ? "Bearer ".Length : 0, value.Length))
            {
                yield return changed;
            }
        }
    }

    private static IEnumerable<byte[]> FlipBits(byte[] bytes) => Enumerable.Range(0, bytes.Length * 8).Select(bit =>
    {
        byte[] changed = [.. bytes];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    });

    /// <summary>Every flip of a bit of a character that leaves a character which a header can carry anywhere.</summary>
    private static IEnumerable<string> FlipText(string text, int start, int end) =>
        from index in Enumerable.Range(start, end - start)
        from bit in Enumerable.Range(0, 7)
        let changed = (char)(text[index] ^ (1 << bit))
        where changed is > ' ' and < '\u007f'
        select text[..index] + changed + text[(index + 1)..];
}
