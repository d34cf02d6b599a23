using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>Mail scanners open links, with programs and with whole browsers. None of that may change anything, nor use a link up.</summary>
[Category("Browser")]
public sealed class MailedLinksTests
{
    private const string Password = "Velvet harbour 7 morning!";

    // All that could change for a user; what a worker writes on its own, such as last uses, left out.
    private const string Everything = """
        SELECT concat_ws(E'\n',
            (SELECT string_agg(u::text, E'\n') FROM users u WHERE id = $1),
            (SELECT string_agg(r::text, E'\n') FROM registrations r WHERE id = $1),
            (SELECT string_agg(s::text, E'\n' ORDER BY s.id) FROM one_time_secrets s WHERE user_id = $1),
            (SELECT string_agg(concat_ws(' ', s.id, s.revoked_at, s.key_hash, s.token_version), E'\n' ORDER BY s.id) FROM sessions s WHERE user_id = $1),
            (SELECT string_agg(e.id::text, E'\n' ORDER BY e.id) FROM security_events e WHERE user_id = $1),
            (SELECT string_agg(d::text, E'\n' ORDER BY d.id) FROM known_devices d WHERE user_id = $1))
        """;

    private readonly ApiClient api = new(TestApp.Shared);

    [TestCase("/confirm-email")]
    [TestCase("/reset-password")]
    [TestCase("/confirm-email-change")]
    [TestCase("/undo-email-change")]
    [TestCase("/not-me")]
    public async Task Any_number_of_looks_changes_nothing_and_the_link_still_works(string path)
    {
        var (user, mail) = await LinkAsync(path);
        var before = await StateAsync(user);

        using (var scanner = new PageClient(TestApp.Shared))
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.That((await scanner.GetAsync(mail.Link)).Status, Is.EqualTo(HttpStatusCode.OK));
                await scanner.SendAsync(HttpMethod.Head, mail.Link);
            }
        }

        await using (var browser = await Chromium.OpenAsync())
        {
            await browser.GoAsync(mail.Link);
            await browser.Page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.NetworkIdle);
            await browser.Page.ReloadAsync();
        }

        Assert.That(await StateAsync(user), Is.EqualTo(before));
        using var owner = new PageClient(TestApp.Shared);
        var done = await owner.PostFormAsync(path, ("Token", mail.Token), ("Password", Password));
        Assert.That(done.Status, Is.EqualTo(HttpStatusCode.Found), done.Text);
        Assert.That(await StateAsync(user), Is.Not.EqualTo(before));
    }

    [TestCase("/confirm-email")]
    [TestCase("/reset-password")]
    [TestCase("/confirm-email-change")]
    public async Task The_typed_code_works_in_its_place(string path)
    {
        var (user, mail) = await LinkAsync(path);
        using var owner = new PageClient(TestApp.Shared);
        if (path == "/confirm-email-change")
        {
            await owner.LoginAsync(user);
        }

        var done = await owner.PostFormAsync(path, ("Email", user.Email), ("Code", mail.Code), ("Password", Password));
        Assert.That(done.Status, Is.EqualTo(HttpStatusCode.Found), done.Text);
    }

    private static async Task<string> StateAsync(TestUser user) => (await TestApp.Shared.QueryAsync<string>(Everything, user.Id))!;

    /// <summary>Somebody, and a mail to them with a link to <paramref name="path"/>.</summary>
    private async Task<(TestUser User, Pages.Mail Mail)> LinkAsync(string path)
    {
        if (path == "/confirm-email")
        {
            var email = $"looked-at-{Guid.NewGuid():N}@example.org";
            await api.PostAsync("/auth/register", new { email, password = Password });
            var id = await TestApp.Shared.QueryAsync<Guid>("SELECT id FROM registrations WHERE email = $1", email);
            return (new(id, email, Password), await Mailbox.NewestAsync(email, path));
        }

        var user = await TestApp.Shared.CreateUserAsync();
        if (path == "/reset-password")
        {
            await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        }
        else if (path == "/not-me")
        {
            await api.PostAsync("/password", new { current_password = user.Password, new_password = Password }, (await api.LoginAsync(user)).Access);
        }
        else
        {
            using var page = await PageClient.SignInAsync(TestApp.Shared, user);
            var address = $"looked-at-{Guid.NewGuid():N}@example.org";
            await page.PostFormAsync("/account/email", ("Email", address));
            var confirmation = await Mailbox.NewestAsync(address, "/confirm-email-change");
            if (path == "/confirm-email-change")
            {
                return (user, confirmation);
            }

            await page.PostFormAsync("/confirm-email-change", ("Token", confirmation.Token));
        }

        return (user, await Mailbox.NewestAsync(user.Email, path));
    }
}
