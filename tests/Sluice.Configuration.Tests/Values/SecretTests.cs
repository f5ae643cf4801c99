using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Sluice.Configuration.Tests.Values;

public sealed class SecretTests
{
    private static readonly Secret Sample = new("hunter2");

    [Fact]
    public void A_secret_shows_itself_only_when_revealed()
    {
        Assert.Equal("hunter2", Sample.Reveal());
        Assert.Equal("[redacted]", Sample.ToString());
        Assert.Equal("[redacted]", $"{Sample}");
        Assert.Equal("{ Password = [redacted] }", new { Password = Sample }.ToString());
        Assert.Equal("[redacted]", typeof(Secret).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Assert.Empty(typeof(Secret).GetProperties());
    }

    [Fact]
    public void A_secret_is_not_serialized()
    {
        Assert.Equal("{\"Password\":\"[redacted]\"}", JsonSerializer.Serialize(new { Password = Sample }));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Secret>("\"hunter2\""));
    }

    [Fact]
    public void Secrets_are_equal_by_their_text()
    {
        Assert.Equal(Sample, new Secret("hunter2"));
        Assert.Equal(Sample.GetHashCode(), new Secret("hunter2").GetHashCode());
        Assert.NotEqual(Sample, new Secret("hunter3"));
    }

    [Fact]
    public void An_empty_secret_does_not_exist() => Assert.Throws<ArgumentException>(() => new Secret(""));
}
