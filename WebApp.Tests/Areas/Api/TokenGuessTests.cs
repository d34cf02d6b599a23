using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api;

/// <summary>Tokens that were never ours are counted by place; those that are, or were, are not.</summary>
public sealed class TokenGuessTests
{
    private const int Permits = 7;

    [Test]
    public async Task Too_many_wrong_tokens_are_refused_and_valid_tokens_still_pass()
    {
        await using var app = await StartAsync();
        var api = new ApiClient(app);
        var tokens = await api.LoginAsync(await app.CreateUserAsync());
        var forged = tokens.Access[..^4] + (tokens.Access.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBA" : "AAAA");
        List<Answer> answers = [];
        for (var guess = 0; guess < 2; guess++)
        {
            answers.Add(await api.GetAsync("/me", "nonsense"));
            answers.Add(await api.GetAsync("/sessions", forged));
            answers.Add(await api.GetAsync("/me", $"wat_{Guid.NewGuid():N}"));
            answers.Add(await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Access }));
            answers.Add(await api.PostAsync("/auth/refresh", new { refresh_token = "nonsense" }));
        }

        Assert.That(answers.Take(Permits).Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answers.Skip(Permits).Select(answer => answer.Code), Is.All.EqualTo("too_many_attempts"));
        Assert.That(answers.Skip(Permits).Select(answer => answer.Wait.TotalSeconds), Is.All.InRange(1, 60));
        Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await api.GetAsync("/me", "nonsense")).Code, Is.EqualTo("token_malformed"));
    }

    [Test]
    public async Task Tokens_that_ran_out_or_were_revoked_are_no_guesses()
    {
        await using var app = await StartAsync();
        var api = new ApiClient(app);
        var user = await app.CreateUserAsync();
        var (revoked, expired) = (await api.LoginAsync(user), await api.LoginAsync(user));
        await api.PostAsync("/auth/logout", null, revoked.Access);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        for (var call = 0; call < Permits + 3; call++)
        {
            Assert.That((await api.GetAsync("/me", revoked.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await api.GetAsync("/me", expired.Access)).Code, Is.EqualTo("token_expired"));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = revoked.Refresh })).Code, Is.EqualTo("token_revoked"));
        }
    }

    [Test]
    public async Task Challenges_for_passkeys_are_limited_by_place()
    {
        await using var app = await TestApp.StartNamedAsync(adjust: Guesses.WithoutIpLimiter, settings: $"Protection:IpPermitsPerMinute={Permits}");
        using var visitor = new PageClient(app);
        await visitor.GetAsync("/login");
        for (var request = 0; request < Permits; request++)
        {
            var options = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", "sign-in"));
            Assert.That(options.Status, Is.EqualTo(HttpStatusCode.OK), options.Body);
        }

        var refused = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", "sign-in"));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(refused.Wait.TotalSeconds, Is.InRange(1, 60));
        Assert.That(refused.Body, Does.Contain("You can try again in"));
    }

    private static Task<TestApp> StartAsync() => TestApp.StartAsync(adjust: Guesses.WithoutIpLimiter, settings: $"Protection:IpPermitsPerMinute={Permits}");
}
