using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

public sealed class NotMeTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task It_ends_everything_and_lets_nobody_in_until_there_is_a_new_password()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var mail = await NoticeAsync(user);
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'left behind', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null)", user.Id);
        var replaced = user with { Password = Replacement };
        using var thief = await PageClient.SignInAsync(TestApp.Shared, replaced);
        var program = await api.LoginAsync(replaced);
        using var owner = new PageClient(TestApp.Shared);

        var shown = await owner.GetAsync(mail.Link);
        var done = await owner.PostFormAsync("/not-me", ("Token", mail.Token));
        var again = await owner.PostFormAsync("/not-me", ("Token", mail.Token));
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.Text, Does.Contain("Nothing has happened yet"));
            Assert.That(done.Location, Is.EqualTo("/reset-password"), done.Text);
            Assert.That(again.Text, Does.Contain("This link was used already"));
            Assert.That((await thief.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await api.GetAsync("/me", program.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = program.Refresh })).Code, Is.EqualTo("token_revoked"));
            Assert.That((await LoginAsync(user.Email, Replacement)).Code, Is.EqualTo("invalid_credentials"));
            Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM api_tokens WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.Zero);
            Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'reported_not_me'", user.Id), Is.EqualTo(1));
            Assert.That((await api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = "Velvet harbour 8 evening!" })).Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await LoginAsync(user.Email, "Velvet harbour 8 evening!")).Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Of_ten_at_once_one_acts()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var mail = await NoticeAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var owner = new PageClient(TestApp.Shared);
            return await owner.PostFormAsync("/not-me", ("Token", mail.Token));
        }));
        Assert.That(answers.Count(a => a.Location == "/reset-password"), Is.EqualTo(1));
    }

    [Test]
    public async Task Mails_of_a_reset_and_of_a_copied_key_carry_the_link_too()
    {
        var (reset, copied) = (await TestApp.Shared.CreateUserAsync(), await TestApp.Shared.CreateUserAsync());
        await api.PostAsync("/auth/forgot-password", new { email = reset.Email });
        await api.PostAsync("/auth/reset-password", new { token = (await Mailbox.NewestAsync(reset.Email, "/reset-password")).Token, new_password = Replacement });
        var first = await api.LoginAsync(copied);
        var second = (await api.PostAsync("/auth/refresh", new { refresh_token = first.Refresh })).Tokens;
        await api.PostAsync("/auth/refresh", new { refresh_token = second.Refresh });
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = first.Refresh })).Code, Is.EqualTo("token_reused"));

        foreach (var user in new[] { reset, copied })
        {
            using var owner = new PageClient(TestApp.Shared);
            var done = await owner.PostFormAsync("/not-me", ("Token", (await Mailbox.NewestAsync(user.Email, "/not-me")).Token));
            Assert.That(done.Location, Is.EqualTo("/reset-password"), done.Text);
        }
    }

    [Test]
    public async Task It_brings_the_address_back_that_the_mail_went_to()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var mail = await NoticeAsync(user);
        using var thief = await PageClient.SignInAsync(TestApp.Shared, user with { Password = Replacement });
        var theirs = $"thief-{Guid.NewGuid():N}@example.org";
        await thief.PostFormAsync("/account/email", ("Email", theirs));
        await thief.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(theirs, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(theirs));

        using var owner = new PageClient(TestApp.Shared);
        await owner.PostFormAsync("/not-me", ("Token", mail.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
        Assert.That((await Mailbox.NewestAsync(user.Email, "/reset-password")).Token, Is.Not.Empty);
    }

    [Test]
    public async Task Passkeys_added_since_go_and_older_ones_and_second_factors_stay()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await AddPasskeyAsync(user, "old", DateTimeOffset.UtcNow.AddDays(-1));
        var mail = await NoticeAsync(user);
        await AddPasskeyAsync(user, "new", DateTimeOffset.UtcNow);
        await TestApp.Shared.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", user.Id);
        await TestApp.Shared.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", user.Id);

        using var owner = new PageClient(TestApp.Shared);
        await owner.PostFormAsync("/not-me", ("Token", mail.Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await TestApp.Shared.QueryAsync<string>("SELECT string_agg(data->>'Name', ',') FROM user_passkeys WHERE user_id = $1", user.Id), Is.EqualTo("old"));
            Assert.That(await TestApp.Shared.QueryAsync<bool>("SELECT two_factor_enabled FROM users WHERE id = $1", user.Id), Is.True);
            Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM totp_credentials WHERE user_id = $1", user.Id), Is.EqualTo(1));
        }
    }

    private const string Replacement = "Velvet harbour 7 morning!";

    /// <summary>Changes the password, as a thief might, and returns the mail that tells of it.</summary>
    private async Task<Pages.Mail> NoticeAsync(TestUser user)
    {
        var tokens = await api.LoginAsync(user);
        var changed = await api.PostAsync("/password", new { current_password = user.Password, new_password = Replacement }, tokens.Access);
        Assert.That(changed.Status, Is.EqualTo(HttpStatusCode.NoContent), changed.Text);
        return await Mailbox.NewestAsync(user.Email, "/not-me");
    }

    private static async Task AddPasskeyAsync(TestUser user, string name, DateTimeOffset at)
    {
        var factory = (Microsoft.EntityFrameworkCore.IDbContextFactory<WebApp.Platform.Data.AppDbContext>)TestApp.Shared.Services.GetService(
            typeof(Microsoft.EntityFrameworkCore.IDbContextFactory<WebApp.Platform.Data.AppDbContext>))!;
        await using var db = await factory.CreateDbContextAsync();
        db.UserPasskeys.Add(new()
        {
            UserId = user.Id,
            CredentialId = Guid.NewGuid().ToByteArray(),
            Data = new() { Name = name, CreatedAt = at, PublicKey = [], AttestationObject = [], ClientDataJson = [], Transports = [] },
        });
        await db.SaveChangesAsync();
    }

    private static Task<string?> AddressAsync(TestUser user) => TestApp.Shared.QueryAsync<string>("SELECT email FROM users WHERE id = $1", user.Id);

    private Task<Answer> LoginAsync(string email, string password) => api.PostAsync("/auth/login", new { email, password });
}
