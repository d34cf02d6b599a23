using Microsoft.Playwright;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>Pages in German, whose words are longer: on a desk, on a phone of 320 px, and with text of twice the size. Nothing sticks out, nothing is cut off.</summary>
[TestFixture(ColorScheme.Light, 1280, 1)]
[TestFixture(ColorScheme.Dark, 320, 1)]
[TestFixture(ColorScheme.Light, 1280, 2)]
[Category("Browser")]
public sealed class GermanPagesTests(ColorScheme scheme, int width, int size)
{
    private static readonly string[] ForVisitors =
        ["/", "/login", "/register", "/forgot-password", "/reset-password", "/confirm-email", "/confirm-email-change", "/not-me?token=unknown", "/undo-email-change", "/invitations?token=unknown", "/no-such-page"];

    private static readonly string[] ForUsers =
    [
        "/account", "/account/profile", "/account/email", "/account/password", "/account/mfa", "/account/mfa/totp", "/account/passkeys", "/account/sessions", "/account/applications", "/account/api-tokens",
        "/account/groups", "/account/activity", "/account/data", "/device",
    ];

    private static readonly string[] ForAdministrators =
    [
        "/admin", "/admin/users", "/admin/users/new", "/admin/roles", "/admin/roles/new", "/admin/groups", "/admin/applications", "/admin/applications/new", "/admin/audit", "/admin/outbox", "/admin/keys",
        "/admin/policy", "/admin/settings",
    ];

    // What is cut off within its own box, other than what scrolls or is only for screen readers.
    private const string FindCut = """
        [...document.querySelectorAll('main *, header *, nav *')]
            .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, .skip-link, svg, select, textarea, input') && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 200))
        """;

    [Test]
    public Task Pages_for_visitors_are_sound() => VisitAsync(null, ForVisitors);

    [Test]
    public async Task Pages_for_users_are_sound()
    {
        var user = await TestApp.Shared.CreateUserAsync("Ada Lovelace");
        using var passkey = await SoftPasskey.AddAsync(TestApp.Shared, user, "Sicherheitsschlüssel im Schreibtisch");
        await VisitAsync(user, ForUsers);
    }

    [Test]
    public async Task Pages_for_administrators_are_sound()
    {
        var administrator = await TestApp.Shared.CreateAdminAsync();
        using (var other = await PageClient.SignInAsync(TestApp.Shared, administrator))
        {
            await other.PostFormAsync("/admin/audit/verify"); // So that the page of the audit trail has a verdict.
        }

        await VisitAsync(administrator, [.. ForAdministrators, $"/admin/users/{administrator.Id}"]);
    }

    private async Task VisitAsync(TestUser? user, IEnumerable<string> pages)
    {
        await using var tab = await Chromium.OpenAsync(scheme, width, locale: "de-DE");
        if (user is not null)
        {
            await tab.GoAsync("/login");
            await tab.Page.FillAsync("#Email", user.Email);
            await tab.Page.FillAsync("#Password", user.Password);
            await tab.Page.ClickAsync("main button.button-wide >> nth=0");
            await tab.IsAtAsync("/account");
        }

        foreach (var page in pages)
        {
            await tab.GoAsync(page);
            await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
            if (size > 1)
            {
                await tab.Page.EvaluateAsync($"document.documentElement.style.fontSize = '{size * 100}%'");
            }

            await tab.AssertSoundAsync();
            Assert.That(await tab.Page.EvaluateAsync<string[]>(FindCut), Is.Empty, page);
            await tab.ShootAsync($"de-{width}-{size}{page.Replace('/', '-').Split('?')[0]}");
        }
    }
}
