using Sluice.Configuration.Tests.Support;

namespace Sluice.Configuration.Tests.Printing;

public sealed class ConfigPrinterTests
{
    [Fact]
    public void Secrets_are_redacted_by_their_options_type()
    {
        var environment = new FakeEnvironment { Variables = { ["K"] = "user: hunter2", ["HOST"] = "example.org" } };
        var root = Load.Valid(
            """
            shop:
              name: ${env:HOST}
              api_key: ${env:K}
              headers: {X-One: hunter2, X-Two: ${env:K}}
              doors: [{width: 60, code: hunter2}]
              front: {code: "hunter${env:NONE:-2}"}
              extra: {a: "${env:K}", b: shown}
              typo: ${env:K}
              list: [1]
            """.Replace("${env:K}}", "\"${env:K}\"}", StringComparison.Ordinal),
            environment);
        var secrets = new SecretNodes();
        secrets.Add(root.At("shop"), typeof(ShopOptions));

        Assert.Equal(
            """
            shop:
              name: example.org
              api_key: "[redacted]"
              headers:
                X-One: "[redacted]"
                X-Two: "[redacted]"
              doors:
                - width: 60
                  code: "[redacted]"
              front:
                code: "[redacted]"
              extra:
                a: "[redacted]"
                b: shown
              typo: "[redacted]"
              list:
                - 1

            """,
            ConfigPrinter.Print(root, secrets));
    }

    [Fact]
    public void Names_that_say_so_are_redacted_even_without_a_type()
    {
        var root = Load.Valid("password: a\nclient_secret: b\nApiKey: c\nauth: {bearer-token: d}\ntoken_count: 5\ntoken:");

        Assert.Equal(
            "password: \"[redacted]\"\nclient_secret: \"[redacted]\"\nApiKey: \"[redacted]\"\nauth:\n  bearer-token: \"[redacted]\"\ntoken_count: 5\ntoken: null\n",
            ConfigPrinter.Print(root, _ => false));
    }

    [Theory]
    [InlineData("a$b")]
    [InlineData("a$$b")]
    [InlineData("${env:X}")]
    [InlineData("$${x}")]
    [InlineData("$$$")]
    [InlineData("^a$")]
    public void Dollar_signs_survive_loading_again(string text)
    {
        var printed = ConfigPrinter.Print(new ConfigMap(default, [new ConfigEntry("a", default, new ConfigScalar(default, text, isQuoted: true))]), _ => false);

        Assert.Equal(text, Load.Valid(printed).Scalar("a").Text);
    }
}
