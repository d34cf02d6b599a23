using System.Security.Cryptography;
using System.Text;
using WebApp.Features.Tokens;
using Base64Url = System.Buffers.Text.Base64Url;

namespace WebApp.Tests.Features.Tokens;

/// <summary>Tokens of another algorithm, key or kind, and tokens with a changed bit.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenForgeryTests
{
    private static readonly AccessTokenReading Malformed = new AccessTokenReading.Malformed();
    private static readonly AccessTokenReading Invalid = new AccessTokenReading.Invalid(UnknownKey: false);
    private static readonly AccessTokenReading UnknownKey = new AccessTokenReading.Invalid(UnknownKey: true);

    [TestCase("none")]
    [TestCase("None")]
    [TestCase("nOnE")]
    [TestCase("HS512")]
    [TestCase("HS384")]
    [TestCase("hs256")]
    [TestCase("RS256")]
    [TestCase("ES256")]
    public void Another_algorithm_is_invalid(string algorithm)
    {
        var bench = new TokenBench();
        var header = TokenBench.Header().Replace("HS256", algorithm, StringComparison.Ordinal);
        var signed = Forge.Base64(header) + "." + Forge.Base64(bench.AccessPayload());
        Assert.That(bench.Codec.ReadAccess(signed + "."), Is.EqualTo(Invalid));
        Assert.That(bench.Codec.ReadAccess(Forge.Sign(signed, TokenBench.Secret)), Is.EqualTo(Invalid));
        Assert.That(bench.Codec.ReadAccess(Forge.Sign512(signed, TokenBench.Secret)), Is.EqualTo(Invalid));
    }

    [Test]
    public void The_bare_header_of_an_unsigned_token_is_invalid()
    {
        var bench = new TokenBench();
        Assert.That(bench.Codec.ReadAccess(Forge.Base64("""{"alg":"none"}""") + "." + Forge.Base64(bench.AccessPayload()) + "."), Is.EqualTo(Invalid));
    }

    [Test]
    public void A_good_token_without_its_signature_is_invalid()
    {
        var bench = new TokenBench();
        var token = bench.Codec.WriteAccess(bench.Access);
        Assert.That(bench.Codec.ReadAccess(token.AsSpan(0, token.LastIndexOf('.') + 1)), Is.EqualTo(Invalid));
    }

    [Test]
    public void A_signature_by_HS512_or_RSA_under_a_right_header_is_invalid()
    {
        var bench = new TokenBench();
        var signed = Forge.Base64(TokenBench.Header()) + "." + Forge.Base64(bench.AccessPayload());
        using var rsa = RSA.Create(2048);
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.That(bench.Codec.ReadAccess(Forge.Sign512(signed, TokenBench.Secret)), Is.EqualTo(Invalid));
        Assert.That(bench.Codec.ReadAccess(signed + "." + Base64Url.EncodeToString(signature)), Is.EqualTo(Invalid));
    }

    [Test]
    public void A_signature_under_another_or_an_empty_key_is_invalid()
    {
        var bench = new TokenBench();
        foreach (var secret in new byte[][] { [], [0], [.. TokenBench.Secret.Reverse()], [.. TokenBench.Secret, 1] })
        {
            Assert.That(bench.Codec.ReadAccess(Forge.Token(TokenBench.Header(), bench.AccessPayload(), secret)), Is.EqualTo(Invalid));
        }
    }

    [Test]
    public void An_unknown_key_is_distinguished()
    {
        var bench = new TokenBench();
        Assert.That(bench.ReadWithHeader(TokenBench.Header(keyId: "someone-elses")), Is.EqualTo(UnknownKey));
    }

    [TestCase("../../../../dev/null")]
    [TestCase("x' OR '1'='1")]
    [TestCase("")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123456789")]
    [TestCase("k\\u0065y-of-the-house")]
    [TestCase("key-of-the-house\\u0000")]
    public void A_kid_that_is_no_key_id_is_merely_invalid(string keyId) =>
        Assert.That(new TokenBench().ReadWithHeader(TokenBench.Header(keyId: keyId)), Is.EqualTo(Invalid));

    [Test]
    public void A_retired_key_no_longer_verifies()
    {
        var bench = new TokenBench();
        var codec = bench.CodecWith(
            new SigningKey(TokenBench.KeyId, TokenBench.Secret, TokenBench.Start.AddDays(-40), TokenBench.Start.AddSeconds(1)),
            new SigningKey("next", [.. TokenBench.Secret.Reverse()], TokenBench.Start.AddDays(-10), null));
        var token = Forge.Token(TokenBench.Header(), bench.AccessPayload(), TokenBench.Secret);
        Assert.That(codec.ReadAccess(token), Is.InstanceOf<AccessTokenReading.Read>());
        bench.Clock.Now = TokenBench.Start.AddSeconds(1);
        Assert.That(codec.ReadAccess(token), Is.EqualTo(Invalid));
    }

    [Test]
    public void One_kind_of_token_does_not_pass_for_another()
    {
        var bench = new TokenBench();
        Assert.That(bench.Codec.ReadAccess(bench.Codec.WriteRefresh(bench.Refresh)), Is.EqualTo(Invalid));
        Assert.That(bench.Codec.ReadRefresh(bench.Codec.WriteAccess(bench.Access)), Is.EqualTo(new RefreshTokenReading.Invalid(false)));
        foreach (var type in new[] { "JWT", "mfa+jwt", "AT+JWT", "application/at+jwt", "rt+jwt", "" })
        {
            Assert.That(bench.ReadWithHeader(TokenBench.Header(type)), Is.EqualTo(Invalid), type);
        }

        // Even were the payload of the other kind signed under this kind's header.
        Assert.That(bench.ReadSigned(bench.RefreshPayload()), Is.EqualTo(Malformed));
    }

    [Test]
    public void Every_single_flipped_bit_of_the_text_is_refused()
    {
        var bench = new TokenBench();
        foreach (var (token, read) in new (string, Func<string, bool>)[]
        {
            (bench.Codec.WriteAccess(bench.Access), text => bench.Codec.ReadAccess(text) is AccessTokenReading.Read),
            (bench.Codec.WriteRefresh(bench.Refresh), text => bench.Codec.ReadRefresh(text) is RefreshTokenReading.Read),
        })
        {
            Assert.That(read(token), Is.True);
            var letters = token.ToCharArray();
            for (var i = 0; i < letters.Length * 16; i++)
            {
                letters[i / 16] ^= (char)(1 << (i % 16));
                if (read(new string(letters)))
                {
                    Assert.Fail($"bit {i % 16} of character {i / 16}");
                }

                letters[i / 16] ^= (char)(1 << (i % 16));
            }
        }
    }

    [Test]
    public void Every_single_flipped_bit_of_a_parts_bytes_is_refused_with_the_right_reason()
    {
        var bench = new TokenBench();
        var parts = bench.Codec.WriteAccess(bench.Access).Split('.');
        for (var part = 0; part < 3; part++)
        {
            var bytes = Base64Url.DecodeFromChars(parts[part]);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                string[] forged = [.. parts];
                forged[part] = Base64Url.EncodeToString(bytes);
                var reading = bench.Codec.ReadAccess(string.Join('.', forged));
                Assert.That(reading, part == 0 ? Is.Not.InstanceOf<AccessTokenReading.Read>() : Is.EqualTo(Invalid), $"part {part} bit {bit}");
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }
}
