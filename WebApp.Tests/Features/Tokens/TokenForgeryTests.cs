using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WebApp.Features.Tokens;
using Base64Url = System.Buffers.Text.Base64Url;

namespace WebApp.Tests.Features.Tokens;

[Parallelizable(ParallelScope.All)]
public sealed class TokenForgeryTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

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
    public void A_key_nobody_here_knows_is_told_apart()
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
    public void Every_single_flipped_bit_of_a_parts_bytes_is_refused_with_the_right_word()
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

    [TestCase("iss", ExpectedResult = "Invalid")]
    [TestCase("aud", ExpectedResult = "Invalid")]
    [TestCase("sub", ExpectedResult = "Malformed")]
    [TestCase("jti", ExpectedResult = "Malformed")]
    [TestCase("iat", ExpectedResult = "Malformed")]
    [TestCase("exp", ExpectedResult = "Malformed")]
    [TestCase("auth_time", ExpectedResult = "Malformed")]
    [TestCase("amr", ExpectedResult = "Malformed")]
    [TestCase("roles", ExpectedResult = "Malformed")]
    [TestCase("scope", ExpectedResult = "Malformed")]
    [TestCase("ver", ExpectedResult = "Malformed")]
    public string Every_claim_is_required(string claim)
    {
        var bench = new TokenBench();
        var payload = JsonNode.Parse(bench.AccessPayload())!.AsObject();
        Assert.That(payload.Remove(claim), Is.True);
        return bench.ReadSigned(payload.ToJsonString()).GetType().Name;
    }

    [TestCase("iss", ExpectedResult = "Invalid")]
    [TestCase("aud", ExpectedResult = "Invalid")]
    [TestCase("sub", ExpectedResult = "Malformed")]
    [TestCase("sid", ExpectedResult = "Malformed")]
    [TestCase("seq", ExpectedResult = "Malformed")]
    [TestCase("iat", ExpectedResult = "Malformed")]
    [TestCase("exp", ExpectedResult = "Malformed")]
    public string Every_claim_of_a_refresh_token_is_required(string claim)
    {
        var bench = new TokenBench();
        var payload = JsonNode.Parse(bench.RefreshPayload())!.AsObject();
        Assert.That(payload.Remove(claim), Is.True);
        return bench.Codec.ReadRefresh(Forge.Token(TokenBench.Header("rt+jwt"), payload.ToJsonString(), TokenBench.Secret)).GetType().Name;
    }

    [TestCase("iss", "\"https://accounts.example.com/\"")]
    [TestCase("iss", "\"HTTPS://accounts.example.com\"")]
    [TestCase("iss", "\"\"")]
    [TestCase("iss", "null")]
    [TestCase("iss", "1")]
    [TestCase("iss", "{}")]
    [TestCase("aud", "\"other\"")]
    [TestCase("aud", "\"webapp \"")]
    [TestCase("aud", "[\"webapp\"]")]
    [TestCase("aud", "[]")]
    [TestCase("aud", "true")]
    public void Another_issuer_or_audience_is_invalid(string claim, string value) => Assert.That(ReadWith(claim, value), Is.EqualTo(Invalid));

    [TestCase("sub", "\"not-an-id\"")]
    [TestCase("sub", "null")]
    [TestCase("sub", "42")]
    [TestCase("sub", "\"{0195f3a0-1111-7000-8000-000000000001}\"")]
    [TestCase("sid", "null")]
    [TestCase("sid", "\"\"")]
    [TestCase("jti", "[]")]
    [TestCase("exp", "-1")]
    [TestCase("exp", "-9223372036854775808")]
    [TestCase("exp", "1772370000.5")]
    [TestCase("exp", "1.77237e9")]
    [TestCase("exp", "9223372036854775807")]
    [TestCase("exp", "253402300800")]
    [TestCase("exp", "99999999999999999999999999999999999999")]
    [TestCase("exp", "1e400")]
    [TestCase("exp", "\"1772370000\"")]
    [TestCase("exp", "null")]
    [TestCase("exp", "[1772370000]")]
    [TestCase("exp", "01772370000")]
    [TestCase("exp", "NaN")]
    [TestCase("iat", "-5")]
    [TestCase("auth_time", "true")]
    [TestCase("amr", "\"pwd\"")]
    [TestCase("amr", "null")]
    [TestCase("amr", "[\"pwd\",1]")]
    [TestCase("amr", "[[\"pwd\"]]")]
    [TestCase("roles", "{\"admin\":true}")]
    [TestCase("roles", "[null]")]
    [TestCase("roles", "[\"\\ud800\"]")]
    [TestCase("scope", "[]")]
    [TestCase("scope", "null")]
    [TestCase("ver", "-1")]
    [TestCase("ver", "4294967296")]
    [TestCase("ver", "1.0")]
    [TestCase("ver", "\"7\"")]
    public void A_claim_of_the_wrong_type_or_size_is_malformed(string claim, string value) =>
        Assert.That(ReadWith(claim, value), Is.EqualTo(Malformed));

    [Test]
    public void The_last_second_of_the_calendar_can_be_read() =>
        Assert.That(ReadWith("exp", "253402300799"), Is.InstanceOf<AccessTokenReading.Read>());

    [Test]
    public void A_claim_twice_is_malformed_however_it_is_spelt()
    {
        var bench = new TokenBench();
        var payload = bench.AccessPayload();
        foreach (var more in new[] { "\"exp\":1", "\"roles\":[\"admin\"]", "\"\\u0065xp\":99999999999", "\"\\u0072\\u006f\\u006ces\":[\"admin\"]", "\"iss\":\"x\"" })
        {
            Assert.That(bench.ReadSigned($"{payload[..^1]},{more}}}"), Is.EqualTo(Malformed), more);
            Assert.That(bench.ReadSigned($"{{{more},{payload[1..]}"), Is.EqualTo(Malformed), more);
        }
    }

    [Test]
    public void Claims_of_a_newer_version_are_passed_over_unless_they_come_twice()
    {
        var bench = new TokenBench();
        var start = bench.AccessPayload()[..^1];
        Assert.That(bench.ReadSigned(start + ""","new":{"a":[1,{"b":2}]}}"""), Is.InstanceOf<AccessTokenReading.Read>());
        Assert.That(bench.ReadSigned(start + ""","new":1,"n\u0065w":2}"""), Is.EqualTo(Malformed));
        Assert.That(bench.ReadSigned(start + ""","new":{"a":1,"a":2}}"""), Is.EqualTo(Malformed));
    }

    [TestCase("""{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"key-of-the-house"}""", ExpectedResult = "Malformed")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","\u0061lg":"none"}""", ExpectedResult = "Malformed")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","crit":["exp"]}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","jku":"https://evil.example/keys"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","x5u":"https://evil.example/cert"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","jwk":{"kty":"oct","k":"AAAA"}}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","zip":"DEF"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid":"key-of-the-house","b64":false}""", ExpectedResult = "Invalid")]
    [TestCase("""{"typ":"at+jwt","alg":"HS256","kid":"key-of-the-house"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt","kid": "key-of-the-house"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"\u0061lg":"HS256","typ":"at+jwt","kid":"key-of-the-house"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":"HS256","typ":"at+jwt"}""", ExpectedResult = "Invalid")]
    [TestCase("""{"alg":["HS256"],"typ":"at+jwt","kid":"key-of-the-house"}""", ExpectedResult = "Invalid")]
    [TestCase("{}", ExpectedResult = "Invalid")]
    [TestCase("", ExpectedResult = "Malformed")]
    [TestCase("{", ExpectedResult = "Malformed")]
    [TestCase("{nonsense}", ExpectedResult = "Malformed")]
    [TestCase("[]", ExpectedResult = "Malformed")]
    [TestCase("null", ExpectedResult = "Malformed")]
    [TestCase("\"HS256\"", ExpectedResult = "Malformed")]
    [TestCase("""{"alg":"HS256"}{"alg":"HS256"}""", ExpectedResult = "Malformed")]
    [TestCase("""{"alg":"HS256",}""", ExpectedResult = "Malformed")]
    [TestCase("""{"\ud800":1}""", ExpectedResult = "Malformed")]
    public string A_header_not_exactly_ours_is_refused_though_rightly_signed(string header) => new TokenBench().ReadWithHeader(header).GetType().Name;

    [TestCase("", ExpectedResult = "Malformed")]
    [TestCase("[]", ExpectedResult = "Malformed")]
    [TestCase("null", ExpectedResult = "Malformed")]
    [TestCase("17", ExpectedResult = "Malformed")]
    [TestCase("{", ExpectedResult = "Malformed")]
    [TestCase("{}", ExpectedResult = "Malformed")]
    [TestCase("{'iss':1}", ExpectedResult = "Malformed")]
    [TestCase("{} {}", ExpectedResult = "Malformed")]
    [TestCase("\uFEFF{}", ExpectedResult = "Malformed")]
    public string A_payload_that_is_not_ours_is_malformed_though_rightly_signed(string payload) => new TokenBench().ReadSigned(payload).GetType().Name;

    [Test]
    public void Text_around_the_payload_or_a_cut_one_is_malformed()
    {
        var bench = new TokenBench();
        var payload = bench.AccessPayload();
        Assert.That(bench.ReadSigned(payload), Is.InstanceOf<AccessTokenReading.Read>());
        Assert.That(bench.ReadSigned(payload + "x"), Is.EqualTo(Malformed));
        Assert.That(bench.ReadSigned(payload + payload), Is.EqualTo(Malformed));
        for (var length = 0; length < payload.Length; length++)
        {
            Assert.That(bench.ReadSigned(payload[..length]), Is.EqualTo(Malformed), payload[..length]);
        }
    }

    [Test]
    public void Deep_nesting_is_malformed()
    {
        var bench = new TokenBench();
        var deep = string.Concat(Enumerable.Repeat("[", 1500)) + string.Concat(Enumerable.Repeat("]", 1500));
        Assert.That(bench.ReadSigned($"{bench.AccessPayload()[..^1]},\"x\":{deep}}}"), Is.EqualTo(Malformed));
        Assert.That(bench.ReadWithHeader($"{{\"x\":{deep}}}"), Is.EqualTo(Malformed));
        Assert.That(bench.ReadSigned(deep), Is.EqualTo(Malformed));
    }

    [Test]
    public void Broken_UTF8_is_malformed()
    {
        var bench = new TokenBench();
        var broken = Encoding.UTF8.GetBytes(bench.AccessPayload());
        broken[broken.AsSpan().IndexOf("profile"u8)] = 0xFF;
        var payload = Base64Url.EncodeToString(broken);
        Assert.That(bench.Codec.ReadAccess(Forge.Sign(Forge.Base64(TokenBench.Header()) + "." + payload, TokenBench.Secret)), Is.EqualTo(Malformed));

        var header = Base64Url.EncodeToString([.. "{\"alg\":\"HS256"u8, 0xC3, (byte)'"', (byte)'}']);
        Assert.That(bench.Codec.ReadAccess(Forge.Sign(header + "." + payload, TokenBench.Secret)), Is.EqualTo(Malformed));
    }

    [Test]
    public void Every_other_spelling_of_the_same_bytes_is_malformed()
    {
        var bench = new TokenBench();
        var stray = 0;
        foreach (var scope in new[] { "a", "ab", "abc" })
        {
            var parts = bench.Codec.WriteAccess(bench.Access with { Scope = scope }).Split('.');
            for (var part = 0; part < 3; part++)
            {
                var text = parts[part];
                List<string> spellings = [text + "=", text + "==", text + " ", " " + text, text + "\n", text + "\t", text + "A", text + "%", text + "\0", text + "é", text + "％"];
                if (text.Length % 4 != 0)
                {
                    // The last letter holds bits that are not used; with one of them set, a lax decoder gives the same bytes.
                    spellings.Add(text[..^1] + Alphabet[Alphabet.IndexOf(text[^1], StringComparison.Ordinal) + 1]);
                    stray++;
                }

                foreach (var spelling in spellings)
                {
                    string[] forged = [.. parts];
                    forged[part] = spelling;
                    var joined = string.Join('.', forged);
                    Assert.That(bench.Codec.ReadAccess(joined), spelling == text + "A" ? Is.Not.InstanceOf<AccessTokenReading.Read>() : Is.EqualTo(Malformed), joined);

                    // And rightly signed over that spelling.
                    if (part == 1)
                    {
                        Assert.That(bench.Codec.ReadAccess(Forge.Sign($"{forged[0]}.{forged[1]}", TokenBench.Secret)), Is.EqualTo(Malformed), joined);
                    }
                }
            }
        }

        Assert.That(stray, Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public void Standard_base64_is_malformed()
    {
        var bench = new TokenBench();
        var parts = bench.Codec.WriteAccess(bench.Access).Split('.');
        var signature = Enumerable.Range(0, 1000).Select(n => bench.Codec.WriteAccess(bench.Access with { Version = n }))
            .First(token => token[token.LastIndexOf('.')..].Contains('-', StringComparison.Ordinal));
        Assert.That(bench.Codec.ReadAccess(signature[..signature.LastIndexOf('.')] + signature[signature.LastIndexOf('.')..].Replace('-', '+').Replace('_', '/')), Is.EqualTo(Malformed));
        Assert.That(bench.Codec.ReadAccess($"{parts[0]}.{parts[1]}+/.{parts[2]}"), Is.EqualTo(Malformed));
    }

    [Test]
    public void The_JSON_serialization_of_a_good_token_is_malformed()
    {
        var bench = new TokenBench();
        var parts = bench.Codec.WriteAccess(bench.Access).Split('.');
        Assert.That(bench.Codec.ReadAccess($$"""{"protected":"{{parts[0]}}","payload":"{{parts[1]}}","signature":"{{parts[2]}}"}"""), Is.EqualTo(Malformed));
        Assert.That(bench.Codec.ReadAccess($$"""{"payload":"{{parts[1]}}","signatures":[{"protected":"{{parts[0]}}","signature":"{{parts[2]}}"}]}"""), Is.EqualTo(Malformed));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("...")]
    [TestCase("....")]
    [TestCase("a.b.c")]
    [TestCase("a")]
    [TestCase("null")]
    [TestCase("wat_0123456789")]
    [TestCase("\0\0\0.\0\0.\0")]
    [TestCase("😀.😀.😀")]
    public void What_is_no_token_is_malformed(string text) => Assert.That(new TokenBench().Codec.ReadAccess(text), Is.EqualTo(Malformed));

    [Test]
    public void Parts_added_taken_away_or_exchanged_are_refused()
    {
        var bench = new TokenBench();
        var token = bench.Codec.WriteAccess(bench.Access);
        var parts = token.Split('.');
        foreach (var text in new[] { token + ".", "." + token, token + "." + parts[2], $"{parts[0]}.{parts[1]}", $"{parts[0]}..{parts[1]}.{parts[2]}", "Bearer " + token, $"\"{token}\"" })
        {
            Assert.That(bench.Codec.ReadAccess(text), Is.EqualTo(Malformed), text);
        }

        Assert.That(bench.Codec.ReadAccess($"{parts[0]}..{parts[2]}"), Is.EqualTo(Invalid));
    }

    [Test]
    public void A_megabyte_of_garbage_is_refused_without_being_copied()
    {
        var bench = new TokenBench();
        var token = bench.Codec.WriteAccess(bench.Access);
        string[] giants = [new('A', 1 << 20), new('.', 1 << 20), $"{token}{new string('A', 1 << 20)}", $"{new string('{', 1 << 20)}.{token}"];
        foreach (var giant in giants)
        {
            bench.Codec.ReadAccess(giant);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reading = bench.Codec.ReadAccess(giant);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100));
            Assert.That(reading, Is.EqualTo(Malformed));
        }
    }

    private static AccessTokenReading ReadWith(string claim, string value)
    {
        var bench = new TokenBench();
        var payload = JsonNode.Parse(bench.AccessPayload())!.AsObject();
        Assert.That(payload.ContainsKey(claim), Is.True);
        payload[claim] = "§";
        var text = payload.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return bench.ReadSigned(text.Replace("\"§\"", value, StringComparison.Ordinal));
    }
}
