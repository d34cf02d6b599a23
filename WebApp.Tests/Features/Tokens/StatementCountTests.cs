using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Tokens;

/// <summary>What the hot calls cost the database.</summary>
public sealed class StatementCountTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task A_refresh_is_one_statement_and_one_more_where_the_token_was_used_before()
    {
        var tokens = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        for (var call = 1; call <= 2; call++)
        {
            var statements = await CountAsync(HttpMethod.Post, "/api/v1/auth/refresh", new { refresh_token = tokens.Refresh }, null);
            Assert.That(statements, Has.Count.EqualTo(call));
            Assert.That(statements, Is.All.Contains("UPDATE sessions"));
        }
    }

    [Test]
    public async Task A_warm_call_with_an_access_token_asks_the_database_nothing()
    {
        var tokens = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        await CountAsync(HttpMethod.Get, "/api/v1/me", null, tokens.Access);

        // Another test's change of this moment may keep one answer out of the cache; it cannot keep out several.
        var counts = new List<int>();
        for (var call = 0; call < 5; call++)
        {
            counts.Add((await CountAsync(HttpMethod.Get, "/api/v1/me", null, tokens.Access)).Count);
        }

        Assert.That(counts, Does.Contain(0));
        Assert.That(counts.Skip(counts.IndexOf(0)), Is.All.Zero);
    }

    [Test]
    public async Task The_count_is_one_that_can_be_more()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var statements = await CountAsync(HttpMethod.Post, "/api/v1/auth/login", new { email = user.Email, password = user.Password }, null);
        Assert.That(statements, Has.Count.GreaterThan(1));
    }

    private static Task<IReadOnlyList<string>> CountAsync(HttpMethod method, string path, object? body, string? bearer) =>
        StatementCounter.OfAsync(TestApp.Shared, method, path, body, bearer);
}
