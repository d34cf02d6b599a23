using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Sessions;

/// <summary>Of which sign-ins an owner is told nothing: the very first, and those of clients used before.</summary>
public sealed class ClientHistoryTests : OwnApp
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux) Firefox/140.0";

    [Test]
    public async Task The_first_sign_in_of_a_young_account_is_its_first()
    {
        var (api, web, old) = (await App.CreateUserAsync(), await App.CreateUserAsync(), await App.CreateUserAsync());
        Assert.That(await IsFirstAsync(api), Is.True);
        await Api.LoginAsync(api);
        Assert.That(await IsFirstAsync(api), Is.False);
        using var browser = new PageClient(App);
        await browser.LoginAsync(web);
        Assert.That(await IsFirstAsync(web), Is.False);
        await App.QueryAsync<int>("UPDATE users SET created_at = created_at - interval '31 days' WHERE id = $1", old.Id);
        Assert.That(await IsFirstAsync(old), Is.False, "what it was used with may have been forgotten");
    }

    [Test]
    public async Task A_client_is_known_by_its_name_or_else_by_what_it_runs_on_for_ninety_days()
    {
        var (user, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        await Api.LoginAsync(user, "Kitchen radio");
        await Api.LoginAsync(user);
        await App.QueryAsync<int>("UPDATE sessions SET user_agent = $2 WHERE user_id = $1 AND device_name IS NULL", user.Id, Firefox);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await KnowsAsync(user, "Kitchen radio", null), Is.True);
            Assert.That(await KnowsAsync(user, null, Firefox.Replace("140", "150", StringComparison.Ordinal)), Is.True, "a newer version");
            Assert.That(await KnowsAsync(user, "Garage radio", null), Is.False);
            Assert.That(await KnowsAsync(user, null, "curl/8.0"), Is.False);
            Assert.That(await KnowsAsync(other, "Kitchen radio", null), Is.False);
        }

        await App.QueryAsync<int>("UPDATE sessions SET created_at = created_at - interval '91 days' WHERE user_id = $1", user.Id);
        Assert.That(await KnowsAsync(user, "Kitchen radio", null), Is.False);
    }

    private async Task<bool> IsFirstAsync(TestUser user)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<AppDbContext>().Users.AsNoTracking().SingleAsync(u => u.Id == user.Id);
        return await scope.ServiceProvider.GetRequiredService<ClientHistory>().IsFirstSignInAsync(row, default);
    }

    private async Task<bool> KnowsAsync(TestUser user, string? deviceName, string? userAgent)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ClientHistory>().KnowsClientAsync(user.Id, deviceName, userAgent, default);
    }
}
