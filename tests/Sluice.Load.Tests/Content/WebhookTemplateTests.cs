using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Load.Ids;

namespace Sluice.Load.Content;

public sealed class WebhookTemplateTests
{
    [Fact]
    public void It_is_JSON_of_about_2_KB_and_signed_with_the_secret()
    {
        var template = new WebhookTemplate("s", seed: 3);

        using var body = JsonDocument.Parse(template.Body);
        Assert.Equal("order.paid", body.RootElement.GetProperty("type").GetString());
        Assert.InRange(template.Body.Length, 1_900, 2_100);
        Assert.Contains(
            $"X-Signature: sha256={Convert.ToHexStringLower(HMACSHA256.HashData("s"u8, template.Body.Span))}\r\n",
            Encoding.ASCII.GetString(template.Headers.Span),
            StringComparison.Ordinal);
        Assert.EndsWith("\r\n", Encoding.ASCII.GetString(template.Headers.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_delivery_has_its_own_id_and_the_body_that_was_signed()
    {
        var template = new WebhookTemplate("s", seed: 3);
        var body = template.Body.ToArray();
        var length = template.Headers.Length;

        for (var number = 0; number < 3; number++)
        {
            template.Fill(run: 7, number, time: 0);

            var headers = template.Headers.Span;
            Assert.True(RecordMarker.TryReadNext(ref headers, out var id));
            Assert.Equal((7, number), RecordMarker.Split(id));
            Assert.Equal(length, template.Headers.Length);
            Assert.Equal(body, template.Body.ToArray());
        }
    }
}
