using System.Text.Json.Nodes;
using WebApp.Features.Tokens;

namespace WebApp.Tests.Features.Tokens;

/// <summary>Tokens that are signed with the right key and have a wrong, missing or repeated claim.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenClaimTests
{
    private static readonly AccessTokenReading Malformed = new AccessTokenReading.Malformed();
    private static readonly AccessTokenReading Invalid = new AccessTokenReading.Invalid(UnknownKey: false);

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
