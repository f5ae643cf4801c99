using System.Runtime.InteropServices;
using Sluice.Testing;
using Sluice.Transport.Signatures;

namespace Sluice.Transport.Tests.Signatures;

public sealed class Ed25519PublicKeyTests
{
    private const string Key2 = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    private const string Signature2 = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    /// <summary>The vectors of RFC 8032, 7.1, but for the one of 1,023 bytes.</summary>
    [Theory]
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(Key2, "72", Signature2)]
    [InlineData("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void The_vectors_of_RFC_8032_are_right_and_with_any_bit_flipped_wrong(string key, string message, string signature)
    {
        var (keyBytes, messageBytes, signatureBytes) = (Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));
        var publicKey = new Ed25519PublicKey(keyBytes);

        Assert.True(publicKey.Verify(messageBytes, signatureBytes));
        Assert.All(Flips(signatureBytes), changed => Assert.False(publicKey.Verify(messageBytes, changed)));
        Assert.All(Flips(messageBytes), changed => Assert.False(publicKey.Verify(changed, signatureBytes)));
        Assert.All(Flips(keyBytes), changed => Assert.False(new Ed25519PublicKey(changed).Verify(messageBytes, signatureBytes)));
    }

    [Fact]
    public void A_signature_of_another_length_is_wrong()
    {
        var publicKey = new Ed25519PublicKey(Convert.FromHexString(Key2));
        byte[] longer = [.. Convert.FromHexString(Signature2), 0, 0];

        Assert.True(publicKey.Verify([0x72], longer.AsSpan(0, 64)));
        Assert.All(Enumerable.Range(0, longer.Length + 1).Where(length => length != 64), length => Assert.False(publicKey.Verify([0x72], longer.AsSpan(0, length))));
    }

    /// <summary>The order of the group added to the second half: the same number to who does not look whether it is the smallest.</summary>
    [Fact]
    public void A_signature_that_was_changed_into_another_of_the_same_meaning_is_wrong()
    {
        var order = System.Numerics.BigInteger.Pow(2, 252) + System.Numerics.BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        var signature = Convert.FromHexString(Signature2);
        var second = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        Assert.True(second.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));

        Assert.False(new Ed25519PublicKey(Convert.FromHexString(Key2)).Verify([0x72], signature));
    }

    [Fact]
    public void Many_threads_may_use_one_key()
    {
        var publicKey = new Ed25519PublicKey(Convert.FromHexString(Key2));
        var right = Convert.FromHexString(Signature2);
        byte[] wrong = [.. right[..^1], 1];

        Parallel.For(0, 4000, i => Assert.Equal(i % 2 == 0, publicKey.Verify([0x72], i % 2 == 0 ? right : wrong)));
    }

    /// <summary>OpenSSL notes errors by thread, and .NET reads them when a call of its own has failed.</summary>
    [Fact]
    public void A_wrong_signature_leaves_no_error_behind_on_the_thread()
    {
        var publicKey = new Ed25519PublicKey(Convert.FromHexString(Key2));
        var peek = Marshal.GetDelegateForFunctionPointer<PeekError>(NativeLibrary.GetExport(OpenSsl.Find(["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib"]), "ERR_peek_error"));

        Assert.False(publicKey.Verify([0x73], Convert.FromHexString(Signature2)));
        Assert.False(publicKey.Verify([0x72], [1, 2, 3]));

        Assert.Equal(0u, peek());
    }

    [Fact]
    public void Nobodys_key_takes_nothing()
    {
        var random = new Random(RandomSeed.Value);
        var signature = new byte[Ed25519PublicKey.SignatureLength];
        var key = Ed25519PublicKey.Nobodys();

        Assert.False(key.Verify([], signature));
        random.NextBytes(signature);
        Assert.False(key.Verify([1, 2, 3], signature));
    }

    [Fact]
    public void A_system_without_OpenSSL_is_told_what_it_lacks()
    {
        var problem = Assert.Throws<PlatformNotSupportedException>(() => OpenSsl.Find(["libcrypto.so.0", "libcrypto.so.none"]));

        Assert.Contains("looked for libcrypto.so.0, libcrypto.so.none; install the package libssl3", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>A library that can be loaded and knows nothing of such keys, as OpenSSL 1.1.0, is passed over.</summary>
    [Fact]
    public void A_library_without_such_keys_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the C library of Linux");

        Assert.Throws<PlatformNotSupportedException>(() => OpenSsl.Find(["libc.so.6"]));
        Assert.NotEqual(0, OpenSsl.Find(["libc.so.6", "libcrypto.so.3", "libcrypto.so.1.1"]));
    }

    private delegate nuint PeekError();

    private static IEnumerable<byte[]> Flips(byte[] bytes) => Enumerable.Range(0, bytes.Length * 8).Select(bit =>
    {
        byte[] changed = [.. bytes];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    });
}
