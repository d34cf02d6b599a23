using System.Net.Http.Json;

namespace WebApp.Tests.Support;

// STAND-IN, to be replaced by the real TestApp: it points the browser tests at a site that runs already.
public sealed class TestApp
{
    public static TestApp Shared { get; } = new();

    public Uri BaseAddress { get; } = new(Environment.GetEnvironmentVariable("WEBAPP_TEST_URL") ?? "http://127.0.0.1:5199");

    public async Task<TestUser> CreateUserAsync(string? displayName = null)
    {
        var user = new TestUser($"user-{Guid.NewGuid():N}@example.org", $"Copper lantern {Guid.NewGuid():N}!");
        using var client = new HttpClient { BaseAddress = BaseAddress };
        (await client.PostAsJsonAsync(new Uri("/dev/users", UriKind.Relative), new { email = user.Email, password = user.Password, name = displayName })).EnsureSuccessStatusCode();
        return user;
    }
}

public sealed record TestUser(string Email, string Password);
