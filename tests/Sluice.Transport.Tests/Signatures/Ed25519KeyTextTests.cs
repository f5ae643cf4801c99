using Sluice.Transport.Signatures;

namespace Sluice.Transport.Tests.Signatures;

public sealed class Ed25519KeyTextTests
{
    /// <summary>The first key of RFC 8032, 7.1.</summary>
    private const string Hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    [Theory]
    [InlineData(Hex)]
    [InlineData("D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A")]
    [InlineData("  11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    [InlineData("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\r\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7T\r\nyWQHOg7hcvPapiMlrwIaaPcHURo=\r\n-----END PUBLIC KEY-----")]
    public void Every_form_is_the_same_key(string text) => Assert.Equal(Hex, Convert.ToHexStringLower(Ed25519KeyText.Read(text)));

    [Theory]
    [InlineData("hunter2", "is no public key of Ed25519")]
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751", "is no public key of Ed25519")]
    [InlineData("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==", "is no public key of Ed25519")]
    [InlineData("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", "is no public key of Ed25519")]
    [InlineData("MCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "is no public key of Ed25519")]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=", "is the private half of a key; give the public one")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMRESVxqmQnTdnqRTRS8GCVb\n-----END PRIVATE KEY-----", "is PEM of something that is no public key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----", "is a public key in PEM, but not one of Ed25519")]
    public void What_is_none_is_refused_without_being_shown(string text, string problem)
    {
        var refusal = Assert.Throws<FormatException>(() => Ed25519KeyText.Read(text));

        Assert.StartsWith(problem, refusal.Message, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(line => !line.StartsWith("-----", StringComparison.Ordinal)), line => Assert.DoesNotContain(line, refusal.ToString(), StringComparison.Ordinal));
    }

    /// <summary>All eight points of an order that divides eight, as computed from the equation of the curve by a program in another language.</summary>
    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    public void A_key_that_everybody_can_sign_for_is_refused(string key) =>
        Assert.Equal("is a key that everybody can sign for", Assert.Throws<FormatException>(() => Ed25519KeyText.Read(key)).Message);

    [Theory]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // No point has this coordinate.
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // The prime itself: 0 once more.
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // Minus zero.
    public void What_is_no_point_of_the_curve_is_refused(string key) => Assert.Equal(
        "is not a public key of Ed25519, although it is as long as one", Assert.Throws<FormatException>(() => Ed25519KeyText.Read(key)).Message);

    [Theory]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    [InlineData("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")]
    [InlineData("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf")]
    [InlineData("6653787a0edd492aa2d26a17f61414937a2bacea2e2b74154129496b6e3c73f8")]
    public void Keys_that_were_made_for_signing_are_taken(string key) => Assert.Equal(key, Convert.ToHexStringLower(Ed25519KeyText.Read(key)));
}
