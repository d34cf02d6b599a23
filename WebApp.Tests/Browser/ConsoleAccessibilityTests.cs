using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The console's pages about people, light on a desk and dark on a 360 px phone.</summary>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
[Category("Browser")]
public sealed class ConsoleAccessibilityTests(ColorScheme scheme, int width)
{
    [Test]
    public async Task People_are_sound_from_the_list_to_the_last_question()
    {
        var (administrator, user) = (await TestApp.Shared.CreateAdminAsync(), await TestApp.Shared.CreateUserAsync("Ada Lovelace"));
        var api = new ApiClient(TestApp.Shared);
        var access = (await api.LoginAsync(user, new string('W', 100))).Access;
        var group = await api.CreateGroupAsync(access, "Sunday choir");
        await api.CreateTokenAsync(access, "profile.read", "groups.write");
        var member = await TestApp.Shared.CreateUserAsync("Grace");
        await TestApp.Shared.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", group, member.Id);
        var (_, role) = await TestApp.Shared.CreateUserWithAsync("users.read", "audit.read");
        using var application = await OidcClient.CreateAsync(TestApp.Shared);
        await using var tab = await Chromium.OpenAsync(scheme, width);
        var console = await ConsolePages.OpenAsync(tab, administrator);
        var path = $"/admin/users/{user.Id}";
        foreach (var page in (string[])
            [
                "/admin", "/admin/users", "/admin/users?query=nobody-has-this", path, $"/admin/users/{administrator.Id}", "/admin/users/new", $"{path}/edit", $"{path}/delete", $"{path}/sessions/{Guid.Empty}/end", $"/admin/users/bulk?act=lock&id={user.Id}", "/admin/settings", $"{path}/lock", $"{path}/unlock", $"{path}/reset-mfa", $"{path}/roles", $"{path}/impersonate",
                "/admin/roles", "/admin/roles/new", $"/admin/roles/{role}", $"/admin/roles/{role}/delete",
                "/admin/applications", "/admin/applications/new", $"/admin/applications/{application.ClientId}", $"/admin/applications/{application.ClientId}/delete",
                $"/admin/applications/{application.ClientId}/check", $"/admin/applications/{application.ClientId}/check?email=nobody%40example.org&address=https%3A%2F%2Fevil.example.org",
                "/admin/groups", $"/admin/groups/{group}", $"/admin/groups/{group}/rename", $"/admin/groups/{group}/delete", $"/admin/groups/{group}/members/{member.Id}/hand-over",
            ])
        {
            await tab.GoAsync(page);
            await Expect(console.Title).ToBeVisibleAsync();
            await tab.AssertSoundAsync();
            await ShootAsync(tab, page.Replace($"{user.Id}", "user", StringComparison.Ordinal).Replace($"{group}", "group", StringComparison.Ordinal).Replace($"{role}", "role", StringComparison.Ordinal));
        }

        await tab.GoAsync("/admin/roles/new");
        await console.Button("Create role").ClickAsync();
        await Expect(tab.Page.Locator("#Name-error")).ToBeVisibleAsync();
        await tab.AssertSoundAsync();
        await tab.GoAsync($"{path}/impersonate");
        await tab.Page.FillAsync("#Reason", "She asked to look");
        await console.Button("Start").ClickAsync();
        await tab.IsAtAsync("/account");
        await tab.AssertSoundAsync();
        await ShootAsync(tab, "/impersonated");
        await tab.GoAsync("/account/data");
        await tab.AssertSoundAsync();
    }

    // For whoever wants to look: the folder is named by the environment.
    private async Task ShootAsync(Tab tab, string page)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { } folder)
        {
            await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{width}{page.Replace('/', '_').Replace('?', '_')}.png"), FullPage = true });
        }
    }
}
