using System.Text.Json;
using System.Text.Json.Nodes;
using WebApp.Features.Tokens;
using WebApp.Platform.Users;

namespace WebApp.Tests.Features.Tokens;

[Parallelizable(ParallelScope.All)]
public sealed class TokenCodecTests
{
    private static readonly string[] AccessMembers =
        ["iss", "aud", "sub", "sid", "jti", "iat", "exp", "auth_time", "amr", "roles", "scope", "ver"];

    [Test]
    public void The_testers_own_signature_is_that_of_RFC_7515_appendix_A_1()
    {
        const string signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        var key = System.Buffers.Text.Base64Url.DecodeFromChars(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        Assert.That(Forge.Sign(signed, key), Does.EndWith(".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
    }

    [Test]
    public void An_access_token_reads_as_it_was_written()
    {
        var bench = new TokenBench();
        var reading = (AccessTokenReading.Read)bench.Codec.ReadAccess(bench.Codec.WriteAccess(bench.Access));

        Assert.That(reading.Expired, Is.False);
        Assert.That(reading.Claims.Amr, Is.EqualTo(bench.Access.Amr));
        Assert.That(reading.Claims.Roles, Is.EqualTo(bench.Access.Roles));
        Assert.That(reading.Claims with { Amr = bench.Access.Amr, Roles = bench.Access.Roles }, Is.EqualTo(bench.Access));
    }

    [Test]
    public void A_refresh_token_reads_as_it_was_written()
    {
        var bench = new TokenBench();
        Assert.That(
            bench.Codec.ReadRefresh(bench.Codec.WriteRefresh(bench.Refresh)),
            Is.EqualTo(new RefreshTokenReading.Read(bench.Refresh, Expired: false)));
    }

    [Test]
    public void Only_a_token_of_the_master_password_may_be_without_a_session()
    {
        var bench = new TokenBench();
        Assert.That(bench.Codec.ReadAccess(bench.Codec.WriteAccess(bench.Access with { SessionId = null })), Is.EqualTo(new AccessTokenReading.Malformed()));
        var token = bench.Codec.WriteAccess(bench.Access with { Subject = MasterAdministrator.Id, SessionId = null, Roles = [], Scope = "" });
        var claims = ((AccessTokenReading.Read)bench.Codec.ReadAccess(token)).Claims;
        Assert.That(claims.SessionId, Is.Null);
        Assert.That(claims.Roles, Is.Empty);
        Assert.That(claims.Scope, Is.Empty);
    }

    [Test]
    public void A_token_is_what_RFC_7515_says_and_any_implementation_can_check_it()
    {
        var bench = new TokenBench();
        var token = bench.Codec.WriteAccess(bench.Access);
        var parts = token.Split('.');
        Assert.That(Forge.Decode(parts[0]), Is.EqualTo(TokenBench.Header()));
        Assert.That(Forge.Sign($"{parts[0]}.{parts[1]}", TokenBench.Secret), Is.EqualTo(token));

        var payload = JsonNode.Parse(Forge.Decode(parts[1]))!.AsObject();
        Assert.That(payload.Select(member => member.Key), Is.EqualTo(AccessMembers));
        Assert.That((string?)payload["iss"], Is.EqualTo(TokenBench.Issuer));
        Assert.That((string?)payload["aud"], Is.EqualTo("webapp"));
        Assert.That((long)payload["exp"]! - (long)payload["iat"]!, Is.EqualTo(900));
        Assert.That(payload["exp"]!.GetValueKind(), Is.EqualTo(JsonValueKind.Number));
    }

    [Test]
    public void Times_are_given_in_whole_seconds()
    {
        var bench = new TokenBench();
        var exact = bench.Codec.WriteRefresh(bench.Refresh);
        var late = bench.Codec.WriteRefresh(bench.Refresh with { IssuedAt = bench.Refresh.IssuedAt.AddMilliseconds(999) });
        Assert.That(late, Is.EqualTo(exact));
    }

    [TestCase(-1, false)]
    [TestCase(0, false)]
    [TestCase(29_999, false)]
    [TestCase(30_000, true)]
    [TestCase(86_400_000, true)]
    public void A_token_has_expired_from_exp_plus_skew_on(int millisecondsAfterExpiry, bool expired)
    {
        var bench = new TokenBench();
        var access = bench.Codec.WriteAccess(bench.Access);
        var refresh = bench.Codec.WriteRefresh(bench.Refresh);

        bench.Clock.Now = bench.Access.ExpiresAt.AddMilliseconds(millisecondsAfterExpiry);
        Assert.That(((AccessTokenReading.Read)bench.Codec.ReadAccess(access)).Expired, Is.EqualTo(expired));
        bench.Clock.Now = bench.Refresh.ExpiresAt.AddMilliseconds(millisecondsAfterExpiry);
        Assert.That(((RefreshTokenReading.Read)bench.Codec.ReadRefresh(refresh)).Expired, Is.EqualTo(expired));
    }

    [TestCase(30)]
    [TestCase(31)]
    [TestCase(1_000_000)]
    public void A_token_of_a_clock_that_ran_ahead_is_read_and_ends_by_exp(int secondsAhead)
    {
        var bench = new TokenBench();
        var token = bench.Codec.WriteAccess(bench.Access with { IssuedAt = TokenBench.Start.AddSeconds(secondsAhead), ExpiresAt = TokenBench.Start.AddDays(30) });
        Assert.That(bench.Codec.ReadAccess(token), Is.TypeOf<AccessTokenReading.Read>().With.Property("Expired").False);
        bench.Clock.Now = TokenBench.Start.AddDays(31);
        Assert.That(bench.Codec.ReadAccess(token), Is.TypeOf<AccessTokenReading.Read>().With.Property("Expired").True);
    }

    [TestCase(-1_000_000, true)]
    [TestCase(30, true)]
    [TestCase(31, false)]
    [TestCase(1_000_000, false)]
    public void A_token_is_not_good_before_nbf(int secondsAhead, bool read)
    {
        var bench = new TokenBench();
        foreach (var payload in new[] { bench.AccessPayload(), bench.RefreshPayload() })
        {
            var dated = $"{payload[..^1]},\"nbf\":{TokenBench.Start.AddSeconds(secondsAhead).ToUnixTimeSeconds()}}}";
            var isRead = payload == bench.AccessPayload()
                ? bench.ReadSigned(dated) is AccessTokenReading.Read
                : bench.Codec.ReadRefresh(Forge.Token(TokenBench.Header("rt+jwt"), dated, TokenBench.Secret)) is RefreshTokenReading.Read;
            Assert.That(isRead, Is.EqualTo(read));
        }
    }

    [Test]
    public void Wrong_issuer_is_reported_before_expired()
    {
        var bench = new TokenBench();
        var token = bench.CodecWith(new TokenOptions { Issuer = "https://else.example" }, new SigningKey(TokenBench.KeyId, TokenBench.Secret, TokenBench.Start, null))
            .WriteAccess(bench.Access);
        bench.Clock.Now = bench.Access.ExpiresAt.AddDays(1);
        Assert.That(bench.Codec.ReadAccess(token), Is.EqualTo(new AccessTokenReading.Invalid(UnknownKey: false)));
    }

    [Test]
    public void Nodes_write_the_same_refresh_token_before_at_and_after_a_rotation()
    {
        var bench = new TokenBench();
        var rotation = TokenBench.Start.AddHours(1);
        SigningKey Old() => new("old", TokenBench.Secret, TokenBench.Start.AddDays(-30), rotation.AddDays(8));
        SigningKey New() => new("new", [.. TokenBench.Secret.Reverse()], rotation, null);
        var one = bench.CodecWith(Old(), New());
        var other = bench.CodecWith(New(), Old());

        foreach (var (offset, key) in new[] { (-1000, "old"), (-1, "old"), (0, "new"), (1, "new"), (1000, "new") })
        {
            var claims = bench.Refresh with { IssuedAt = rotation.AddMilliseconds(offset) };
            var token = one.WriteRefresh(claims);
            Assert.That(other.WriteRefresh(claims), Is.EqualTo(token));
            Assert.That(Forge.Decode(token.Split('.')[0]), Does.Contain($"\"kid\":\"{key}\""));

            // Written again later, when another key signs, it is still the same.
            bench.Clock.Now = rotation.AddMinutes(5);
            Assert.That(other.WriteRefresh(claims), Is.EqualTo(token));
            Assert.That(other.ReadRefresh(token), Is.InstanceOf<RefreshTokenReading.Read>());
        }
    }

    [Test]
    public void Threads_writing_and_reading_at_once_do_not_disturb_each_other()
    {
        var bench = new TokenBench();
        var expected = Enumerable.Range(0, 64).Select(n => bench.Codec.WriteRefresh(bench.Refresh with { Sequence = n })).ToArray();
        var disturbed = 0;
        Parallel.For(0, 20_000, i =>
        {
            var claims = bench.Refresh with { Sequence = i % 64 };
            if (bench.Codec.WriteRefresh(claims) != expected[i % 64]
                || bench.Codec.ReadRefresh(expected[i % 64]) != new RefreshTokenReading.Read(claims, false))
            {
                Interlocked.Increment(ref disturbed);
            }
        });
        Assert.That(disturbed, Is.Zero);
    }

    [Test]
    public void Claims_that_would_not_fit_are_refused_when_written()
    {
        var bench = new TokenBench();
        var many = bench.Access with { Roles = [.. Enumerable.Range(0, 1000).Select(n => $"role-{n}")] };
        Assert.That(() => bench.Codec.WriteAccess(many), Throws.InvalidOperationException);
        Assert.That(bench.Codec.ReadAccess(bench.Codec.WriteAccess(bench.Access)), Is.InstanceOf<AccessTokenReading.Read>());
    }

    [Test]
    public void Keys_do_not_print_their_secret()
    {
        const string secret = "correct horse battery staple and more";
        var key = new SigningKey("id", System.Text.Encoding.UTF8.GetBytes(secret), TokenBench.Start, null);
        Assert.That(key.ToString(), Is.EqualTo("signing key id"));
        Assert.That(new ConfiguredKey { Id = "id", Secret = secret }.ToString(), Does.Not.Contain(secret));
    }
}
