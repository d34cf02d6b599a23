using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WebApp.Tests.Features.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Forgeries at the real endpoint. <see cref="TokenForgeryTests"/> goes through far more of them at the codec.</summary>
public sealed class ForgedAccessTokenTests()
    : OwnApp($"Tokens:SigningKeys:0:Id={KeyId}", $"Tokens:SigningKeys:0:Secret={SecretText}")
{
    private const string KeyId = "key-of-the-house";
    private const string SecretText = "0123456789abcdef0123456789abcdef";
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes(SecretText);
    private static readonly byte[] OtherSecret = [.. Secret.Reverse()];

    private ApiTokens tokens = null!;

    [OneTimeSetUp]
    public async Task SignIn() => tokens = await Api.LoginAsync(await App.CreateUserAsync());

    [Test]
    public async Task A_token_made_by_hand_with_the_right_key_opens()
    {
        var forged = Forge.Token(Header(), Payload(tokens.Access).ToJsonString(), Secret);
        Assert.That((await Api.GetAsync("/me", forged)).Status, Is.EqualTo(HttpStatusCode.OK), "So that every refusal below is for its own reason.");
    }

    [TestCase("none")]
    [TestCase("nOnE")]
    [TestCase("HS512")]
    [TestCase("RS256")]
    public async Task Another_algorithm_is_refused(string algorithm)
    {
        var header = Header().Replace("HS256", algorithm, StringComparison.Ordinal);
        var signed = $"{Forge.Base64(header)}.{tokens.Access.Split('.')[1]}";
        await RefusesAsync(signed + ".", "token_invalid");
        await RefusesAsync(Forge.Sign(signed, Secret), "token_invalid");
        await RefusesAsync(Forge.Sign512(signed, Secret), "token_invalid");
    }

    [Test]
    public async Task Another_key_is_refused()
    {
        var payload = Payload(tokens.Access).ToJsonString();
        await RefusesAsync(Forge.Token(Header(), payload, OtherSecret), "token_invalid");
        await RefusesAsync(Forge.Token(Header(keyId: "unknown"), payload, Secret), "token_invalid");
        await RefusesAsync(Forge.Token("""{"alg":"HS256","typ":"at+jwt"}""", payload, Secret), "token_invalid");
        await RefusesAsync(Forge.Token($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{KeyId}}","jku":"{{App.BaseAddress}}keys"}""", payload, Secret), "token_invalid");
    }

    [Test]
    public async Task An_unknown_key_is_looked_for_and_refused_where_keys_are_managed()
    {
        var shared = new ApiClient(TestApp.Shared);
        var good = (await shared.LoginAsync(await TestApp.Shared.CreateUserAsync())).Access;
        var answer = await shared.GetAsync("/me", Forge.Token(Header(keyId: "unknown"), Payload(good).ToJsonString(), Secret));
        Assert.That(answer.Code, Is.EqualTo("token_invalid"));
    }

    [Test]
    public async Task A_flipped_letter_anywhere_is_refused()
    {
        var parts = tokens.Access.Split('.');
        for (var part = 0; part < 3; part++)
        {
            for (var at = 0; at < parts[part].Length; at += 7)
            {
                string[] forged = [.. parts];
                var letters = forged[part].ToCharArray();
                // Both are canonical at the end of a part too: their last bits are zero.
                letters[at] = letters[at] == 'A' ? 'Q' : 'A';
                forged[part] = new(letters);
                await RefusesAsync(string.Join('.', forged), part == 0 ? null : "token_invalid");
            }
        }
    }

    [Test]
    public async Task One_kind_of_token_does_not_pass_for_another()
    {
        await RefusesAsync(tokens.Refresh, "token_invalid");
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Access })).Code, Is.EqualTo("token_invalid"));
        await RefusesAsync(Forge.Token(Header("JWT"), Payload(tokens.Access).ToJsonString(), Secret), "token_invalid");
        await RefusesAsync(Forge.Token(Header(), Forge.Decode(tokens.Refresh.Split('.')[1]), Secret), "token_malformed");
    }

    [TestCase("iss", "\"https://evil.example\"", "token_invalid")]
    [TestCase("iss", null, "token_invalid")]
    [TestCase("aud", "\"other\"", "token_invalid")]
    [TestCase("aud", "[\"webapp\"]", "token_invalid")]
    [TestCase("aud", null, "token_invalid")]
    [TestCase("iat", "99999999999", "token_invalid")]
    [TestCase("sid", null, "token_malformed")]
    [TestCase("sub", null, "token_malformed")]
    [TestCase("sub", "17", "token_malformed")]
    [TestCase("exp", null, "token_malformed")]
    [TestCase("exp", "\"never\"", "token_malformed")]
    [TestCase("exp", "1", "token_expired")]
    [TestCase("ver", null, "token_malformed")]
    [TestCase("ver", "-1", "token_malformed")]
    [TestCase("roles", "{}", "token_malformed")]
    [TestCase("sub", "\"0195f3a0-1111-7000-8000-000000000001\"", "token_revoked")]
    public async Task A_wrong_or_missing_claim_is_refused_though_rightly_signed(string claim, string? value, string code)
    {
        var payload = Payload(tokens.Access);
        Assert.That(payload.Remove(claim), Is.True);
        if (value is not null)
        {
            payload[claim] = JsonNode.Parse(value);
        }

        await RefusesAsync(Forge.Token(Header(), payload.ToJsonString(), Secret), code);
    }

    [TestCase("99999999999", "token_invalid")]
    [TestCase("\"never\"", "token_malformed")]
    [TestCase("null", "token_malformed")]
    public async Task A_token_that_is_not_good_yet_is_refused_though_rightly_signed(string notBefore, string code)
    {
        var payload = Payload(tokens.Access);
        payload["nbf"] = 1;
        Assert.That((await Api.GetAsync("/me", Forge.Token(Header(), payload.ToJsonString(), Secret))).Status, Is.EqualTo(HttpStatusCode.OK));
        payload["nbf"] = JsonNode.Parse(notBefore);
        await RefusesAsync(Forge.Token(Header(), payload.ToJsonString(), Secret), code);
    }

    [Test]
    public async Task Another_users_id_over_ones_own_session_is_refused()
    {
        var other = await App.CreateUserAsync();
        var payload = Payload(tokens.Access);
        payload["sub"] = other.Id.ToString();
        payload["exp"] = 1;
        await RefusesAsync(Forge.Token(Header(), payload.ToJsonString(), Secret), "token_revoked");
    }

    [Test]
    public async Task Duplicate_members_and_other_spellings_are_refused()
    {
        var payload = Payload(tokens.Access).ToJsonString();
        await RefusesAsync(Forge.Token(Header(), payload[..^1] + ",\"roles\":[\"admin\"]}", Secret), "token_malformed");
        await RefusesAsync(Forge.Token($$"""{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"{{KeyId}}"}""", payload, Secret), "token_malformed");
        foreach (var text in new[] { tokens.Access + "=", tokens.Access + ".", "." + tokens.Access, tokens.Access.Replace('.', ':'), $"\"{tokens.Access}\"", tokens.Access + " " + tokens.Access })
        {
            await RefusesAsync(text, "token_malformed");
        }
    }

    [TestCase("x")]
    [TestCase("..")]
    [TestCase("a.b.c")]
    [TestCase("wat_0123456789")]
    [TestCase("null")]
    [TestCase("%00")]
    [TestCase("' OR 1=1 --")]
    public async Task What_is_no_token_is_malformed(string text)
    {
        await RefusesAsync(text, "token_malformed");
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = text })).Code, Is.EqualTo("token_malformed"));
    }

    [TestCase("")]
    [TestCase("\0")]
    [TestCase("😀.😀.😀")]
    public async Task What_no_header_can_carry_is_no_refresh_token_either(string text) =>
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = text })).Code, Is.AnyOf("token_malformed", "validation_failed"));

    [Test]
    public async Task The_scheme_is_named_in_any_case_and_must_be_there()
    {
        Assert.That((await MeAsync($"Authorization: bearer {tokens.Access}")).Status, Is.EqualTo(200));
        Assert.That((await MeAsync($"authorization: BEARER {tokens.Access}")).Status, Is.EqualTo(200));
        foreach (var header in new[] { "Authorization: Bearer", "Authorization: Bearer ", "Authorization:", $"Authorization: {tokens.Access}", "Authorization: Basic dTpw", $"Authorization: Bearer\t{tokens.Access}" })
        {
            var (status, text) = await MeAsync(header);
            Assert.That(status, Is.EqualTo(401), header);
            Assert.That(text, Does.Contain("token_missing").And.Contain("WWW-Authenticate: Bearer\r\n"), header);
        }
    }

    [Test]
    public async Task Two_tokens_at_once_are_refused_though_each_is_good()
    {
        var (status, text) = await MeAsync($"Authorization: Bearer {tokens.Access}", $"Authorization: Bearer {tokens.Access}");
        Assert.That(status, Is.EqualTo(401));
        Assert.That(text, Does.Contain("token_malformed"));
        Assert.That((await MeAsync("Authorization: Basic dTpw", $"Authorization: Bearer {tokens.Access}")).Status, Is.EqualTo(401));
        Assert.That((await MeAsync($"Authorization: Bearer {tokens.Access}, Bearer {tokens.Access}")).Status, Is.EqualTo(401));
    }

    [TestCase("Bearer é.é.é")]
    [TestCase("Bearer ÿÿÿ")]
    [TestCase("Bearer \u0001\u0002")]
    public async Task Bytes_that_are_no_letters_are_refused(string value) =>
        Assert.That((await MeAsync($"Authorization: {value}")).Status, Is.AnyOf(400, 401));

    [TestCase(9_000, 401)]
    [TestCase(40_000, 431)]
    [TestCase(1 << 20, 431)]
    public async Task Kilobytes_and_megabytes_of_garbage_are_refused(int length, int expected)
    {
        foreach (var letter in "A.{")
        {
            Assert.That((await MeAsync($"Authorization: Bearer {new string(letter, length)}")).Status, Is.EqualTo(expected));
        }

        Assert.That((await Api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static string Header(string type = "at+jwt", string keyId = KeyId) => TokenBench.Header(type, keyId);

    private static JsonObject Payload(string token) => JsonNode.Parse(Forge.Decode(token.Split('.')[1]))!.AsObject();

    private Task<(int Status, string Text)> MeAsync(params string[] headers) =>
        RawHttp.SendAsync(App, "GET /api/v1/me", "", [$"Host: {App.BaseAddress.Authority}", .. headers]);

    // A null code stands for either of the two that say: not one of our tokens.
    private async Task RefusesAsync(string token, string? code)
    {
        var answer = await Api.GetAsync("/me", token);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Unauthorized), token);
        Assert.That(answer.Code, code is null ? Is.AnyOf("token_invalid", "token_malformed") : Is.EqualTo(code), token);
        Assert.That(answer.Headers["WWW-Authenticate"], Does.StartWith("Bearer error=\"invalid_token\""));
    }
}
