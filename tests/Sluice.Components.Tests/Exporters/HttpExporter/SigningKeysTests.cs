using System.Text;
using Sluice.Components.Exporters.HttpExporter.Signing;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class SigningKeysTests
{
    /// <summary>The example of the Standard Webhooks specification and its libraries.</summary>
    private const string Published = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string PublishedContent = """msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}""";

    private const string PublishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Theory]
    [InlineData(Published)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void The_published_example_is_signed_as_published(string secret) => Assert.Equal(PublishedSignature, Sign([secret], PublishedContent));

    [Fact]
    public void Each_secret_signs_in_its_place()
    {
        string[] secrets = [.. Enumerable.Range(0, SigningKeys.MaxCount).Select(i => SecretOf(24 + i, (byte)i))];
        secrets[3] = Published;

        var signatures = Sign(secrets, PublishedContent).Split(' ');

        Assert.Equal(secrets.Select(secret => Sign([secret], PublishedContent)), signatures);
        Assert.Equal(PublishedSignature, signatures[3]);
        Assert.Equal(secrets.Length, signatures.Distinct().Count());
    }

    [Fact]
    public void Secrets_of_a_file_stand_on_lines()
    {
        var keys = SigningKeys.CreateFromLines($"\n{Published}\r\n\n  {SecretOf(64, 1)}\n");

        Assert.Equal(Sign([Published, SecretOf(64, 1)], "a"), keys.Sign("a"u8));
    }

    [Fact]
    public void What_cannot_be_a_secret_is_told_without_showing_it()
    {
        Assert.Equal("there are 0 secrets, where 1 to 8 can be used", Fault([]));
        Assert.Equal("there are 9 secrets, where 1 to 8 can be used", Fault([.. Enumerable.Repeat(Published, 9)]));
        Assert.Equal("secret 1 (counted from 0) is not base64, with or without whsec_ before it", Fault([Published, "whsec_hunter2!"]));
        Assert.Equal("secret 0 (counted from 0) has 23 bytes, where Standard Webhooks demands 24 to 64", Fault([SecretOf(23, 1)]));
        Assert.Equal("secret 0 (counted from 0) has 65 bytes, where Standard Webhooks demands 24 to 64", Fault([SecretOf(65, 1)]));
        Assert.Equal("secret 0 (counted from 0) has 0 bytes, where Standard Webhooks demands 24 to 64", Fault(["whsec_"]));
        Assert.Null(SigningKeys.FindFault([SecretOf(24, 1), SecretOf(64, 1)]));
    }

    private static string Fault(string[] secrets)
    {
        var fault = SigningKeys.FindFault(secrets);
        Assert.Equal(fault, Assert.Throws<FormatException>(() => SigningKeys.Create(secrets)).Message);
        return fault!;
    }

    private static string Sign(string[] secrets, string content) => SigningKeys.Create(secrets).Sign(Encoding.UTF8.GetBytes(content));

    private static string SecretOf(int length, byte value) => "whsec_" + Convert.ToBase64String([.. Enumerable.Repeat(value, length)]);
}
