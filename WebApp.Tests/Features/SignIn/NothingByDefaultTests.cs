using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>What an installation does of itself: it comes with no account, and it ends no password.</summary>
public sealed class NothingByDefaultTests
{
    [Test]
    public async Task A_new_database_holds_no_account()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users"), Is.Zero);
        foreach (var (name, password) in new[] { ("admin", "admin"), ("admin@example.org", "admin"), ("admin@localhost", "password"), ("root", "root"), ("user", "user") })
        {
            Assert.That((await api.PostAsync("/auth/login", new { email = name, password })).Code, Is.EqualTo("invalid_credentials"), name);
        }
    }

    [Test]
    public async Task A_password_has_no_date_on_which_it_ends()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        var user = await app.CreateUserAsync();

        app.Clock.Advance(TimeSpan.FromDays(400));

        var tokens = await api.LoginAsync(user);
        Assert.That((await api.GetAsync("/sessions", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }
}
