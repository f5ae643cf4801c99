using Sluice.Transport.Authentication.Htpasswd;

namespace Sluice.Transport.Tests.Authentication;

public sealed class PasswordHashTests
{
    /// <summary>The bcrypt hashes are the published vectors of OpenBSD and of crypt_blowfish; the MD5 ones were made by <c>openssl passwd -apr1</c>.</summary>
    [Theory]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    [InlineData("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")]
    [InlineData("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC")]
    [InlineData("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("password", "$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0")]
    [InlineData("ünïcode pass with a long tail, more than sixteen", "$apr1$ab$3IAjexBworz2sXH1nFXTY.")]
    [InlineData("password", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")]
    [InlineData("plain text", "plain text")]
    public void Published_hashes_are_verified_and_no_other_password_is(string password, string text)
    {
        Assert.True(PasswordHash.TryParse(text, out var hash, out _));

        Assert.True(hash.Verify(password));
        Assert.False(hash.Verify(password + "x"));
        Assert.False(hash.Verify(password.ToUpperInvariant() + "-"));
        Assert.Equal(text == password, hash.IsPlain);
    }

    [Fact]
    public void Bcrypt_reads_72_bytes_of_a_password()
    {
        var hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
        Assert.True(PasswordHash.TryParse(hash, out var parsed, out _));

        Assert.True(parsed.Verify("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored"));
        Assert.True(parsed.Verify("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"));
        Assert.False(parsed.Verify("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345678"));
    }

    [Theory]
    [InlineData("$5$salt$hash", "is of a kind that is not known here; make it with htpasswd -B (bcrypt), -m (MD5) or -s (SHA-1)")]
    [InlineData("{SSHA}abc", "is of a kind that is not known here; make it with htpasswd -B (bcrypt), -m (MD5) or -s (SHA-1)")]
    [InlineData("$2y$05$short", "is not a whole bcrypt hash")]
    [InlineData("$2y$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "has a cost of 31; 4 to 17 are taken")]
    [InlineData("", "is empty")]
    public void What_cannot_be_verified_is_refused_with_what_could(string text, string expected)
    {
        Assert.False(PasswordHash.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_file_holds_users_comments_and_empty_lines()
    {
        var file = new HtpasswdFile("# users\r\n\r\nana:one\r\nbob:two:three\r\n", "ana:four");

        Assert.True(file.Verify("ana", "four"));
        Assert.False(file.Verify("ana", "one"));
        Assert.True(file.Verify("bob", "two:three"));
        Assert.False(file.Verify("eve", "four"));
        Assert.Equal(["ana", "bob"], file.PlainUsers.Order());
    }

    [Theory]
    [InlineData("ana:x\nnonsense", "line 2 is not user:hash")]
    [InlineData(":x", "line 1 is not user:hash")]
    [InlineData("\nana:$1$x", "line 2: the password of \"ana\" is of a kind that is not known here; make it with htpasswd -B (bcrypt), -m (MD5) or -s (SHA-1)")]
    [InlineData("# nobody", "holds no user; write user:hash, one a line")]
    public void A_bad_line_is_named(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => new HtpasswdFile(text)).Message);
}
