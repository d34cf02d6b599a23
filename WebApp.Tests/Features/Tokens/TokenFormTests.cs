using System.Text;
using WebApp.Features.Tokens;
using Base64Url = System.Buffers.Text.Base64Url;

namespace WebApp.Tests.Features.Tokens;

/// <summary>Texts that are not exactly in the form in which tokens are written: header, payload, encoding, parts.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenFormTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly AccessTokenReading Malformed = new AccessTokenReading.Malformed();
    private static readonly AccessTokenReading Invalid = new AccessTokenReading.Invalid(UnknownKey: false);

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
}
