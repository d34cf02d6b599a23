using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

public sealed class EmailChangeTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task It_is_confirmed_from_the_new_mailbox_and_told_to_the_old()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        using var elsewhere = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var address = NewAddress();

        var asked = await here.PostAsync("/account/email", ("Email", address));
        var before = await AddressAsync(user);
        using var phone = new SettingsClient(TestApp.Shared);
        var confirmed = await phone.PostAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(address, "/confirm-email-change")).Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.Location, Is.EqualTo("/confirm-email-change"), asked.Text);
            Assert.That(before, Is.EqualTo(user.Email));
            Assert.That(confirmed.Location, Is.EqualTo("/login"), confirmed.Text);
            Assert.That((await here.GetAsync("/account")).Text, Does.Contain(address));
            Assert.That((await elsewhere.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await LoginAsync(user.Email, user.Password)).Code, Is.EqualTo("invalid_credentials"));
            Assert.That((await LoginAsync(address, user.Password)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = "Velvet harbour 7 morning!" })).Code, Is.EqualTo("invalid_code"));
            Assert.That((await Mailbox.NewestAsync(user.Email, "/undo-email-change")).Token, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Its_code_does_on_the_page_that_asked_and_only_there()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostAsync("/account/email", ("Email", address));
        var code = (await Mailbox.NewestAsync(address, "/confirm-email-change")).Code;

        using var stranger = await SettingsClient.SignedInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        using var nobody = new SettingsClient(TestApp.Shared);
        Assert.That((await stranger.PostAsync("/confirm-email-change", ("Code", code))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await nobody.PostAsync("/confirm-email-change", ("Code", code))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));

        Assert.That((await here.GetAsync("/confirm-email-change")).Text, Does.Contain(address));
        Assert.That((await here.PostAsync("/confirm-email-change", ("Code", code))).Location, Is.EqualTo("/account/email"));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
    }

    [Test]
    public async Task A_taken_address_is_answered_alike_and_only_its_owner_is_told()
    {
        var (user, owner) = (await TestApp.Shared.CreateUserAsync(), await TestApp.Shared.CreateUserAsync());
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var free = NewAddress();

        var (toFree, afterFree) = (await here.PostAsync("/account/email", ("Email", free)), await here.GetAsync("/confirm-email-change"));
        var (toTaken, afterTaken) = (await here.PostAsync("/account/email", ("Email", owner.Email)), await here.GetAsync("/confirm-email-change"));
        var told = await MailTextAsync(owner.Email);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((toTaken.Status, toTaken.Location), Is.EqualTo((toFree.Status, toFree.Location)));
            Assert.That(Anonymous(afterTaken.Text, owner.Email), Is.EqualTo(Anonymous(afterFree.Text, free)));
            Assert.That(told, Does.Contain("It has one already").And.Not.Contain("token="));
        }
    }

    [TestCase("WITH r AS (INSERT INTO roles (id, name, normalized_name) SELECT id, 'r' || id, 'R' || upper(id::text) FROM gen_random_uuid() id RETURNING id) INSERT INTO user_roles SELECT $1, id FROM r")]
    [TestCase("INSERT INTO user_claims (user_id, claim_type, claim_value) VALUES ($1, 'department', 'x')")]
    [TestCase("INSERT INTO user_logins (login_provider, provider_key, user_id) VALUES ('proxy', gen_random_uuid(), $1)")]
    [TestCase("WITH g AS (INSERT INTO groups VALUES (gen_random_uuid(), 'Choir', now()) RETURNING id) INSERT INTO group_members SELECT id, $1, 'owner', now() FROM g")]
    [TestCase("INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null)")]
    public async Task An_unconfirmed_account_with_something_in_it_does_not_give_way(string given)
    {
        var app = TestApp.Shared;
        var user = await app.CreateUserAsync();
        var (held, empty) = (NewAddress(), NewAddress());
        var holder = await app.AddUnfinishedAccountAsync(held, $"Copper lantern {Guid.NewGuid():N}!");
        await app.AddUnfinishedAccountAsync(empty, $"Copper lantern {Guid.NewGuid():N}!");
        using var here = await SettingsClient.SignedInAsync(app, user);

        // Given after the mail was asked for: the move itself must look.
        await here.PostAsync("/account/email", ("Email", held));
        var mail = await Mailbox.NewestAsync(held, "/confirm-email-change");
        await app.QueryAsync<object>(given, holder);
        var refused = await here.PostAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.OK), "the form again");
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
        Assert.That(await app.QueryAsync<string>("SELECT email FROM users WHERE id = $1", holder), Is.EqualTo(held));

        // Asked for now, it is an address that is taken.
        await here.PostAsync("/account/email", ("Email", held));
        Assert.That(await MailTextAsync(held), Does.Contain("It has one already"));

        await here.PostAsync("/account/email", ("Email", empty));
        await here.PostAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(empty, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(empty), "One with nothing in it gives way.");
    }

    [Test]
    public async Task The_old_mailbox_takes_the_account_back_without_signing_in_once()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var theirs = await MoveAsync(thief, NewAddress());
        await thief.PostAsync("/account/password", ("CurrentPassword", user.Password), ("NewPassword", "Velvet harbour 7 morning!"));
        var notMe = await Mailbox.NewestAsync(theirs, "/not-me");
        var undo = await Mailbox.NewestAsync(user.Email, "/undo-email-change");
        using var owner = new SettingsClient(TestApp.Shared);

        var done = await owner.PostAsync("/undo-email-change", ("Token", undo.Token));
        var again = await owner.PostAsync("/undo-email-change", ("Token", undo.Token));
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var stolen = await thief.PostAsync("/not-me", ("Token", notMe.Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Location, Is.EqualTo("/reset-password"), done.Text);
            Assert.That(again.Text, Does.Contain("This link has been used"));
            Assert.That(stolen.Text, Does.Contain("This link has been used"));
            Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
            Assert.That((await thief.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await LoginAsync(user.Email, "Velvet harbour 7 morning!")).Code, Is.EqualTo("invalid_credentials"));
            Assert.That((await api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = "Velvet harbour 8 evening!" })).Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await LoginAsync(user.Email, "Velvet harbour 8 evening!")).Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_mail_sent_again_leaves_the_first_good_until_one_of_them_is_used(bool first)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostAsync("/account/email", ("Email", address));
        var old = await Mailbox.NewestAsync(address, "/confirm-email-change");
        await here.PostAsync("/account/email", ("Email", address));
        var fresh = await Mailbox.NewestAsync(address, "/confirm-email-change");
        Assert.That(fresh, Is.Not.EqualTo(old));

        var (used, other) = first ? (old, fresh) : (fresh, old);
        await here.PostAsync("/confirm-email-change", ("Token", used.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
        Assert.That((await here.PostAsync("/confirm-email-change", ("Token", other.Token))).Text, Does.Contain("This link has been used"));
    }

    [Test]
    public async Task Asking_for_another_address_voids_the_one_before_which_may_be_misspelt()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var (misspelt, right) = (NewAddress(), NewAddress());
        await here.PostAsync("/account/email", ("Email", misspelt));
        var old = await Mailbox.NewestAsync(misspelt, "/confirm-email-change");
        await here.PostAsync("/account/email", ("Email", right));
        await here.PostAsync("/confirm-email-change", ("Token", old.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
        await here.PostAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(right, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(right));
    }

    [Test]
    public async Task Moving_twice_does_not_shut_the_first_mailbox_out()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var second = await MoveAsync(thief, NewAddress());
        await MoveAsync(thief, NewAddress());
        var (first, later) = (await Mailbox.NewestAsync(user.Email, "/undo-email-change"), await Mailbox.NewestAsync(second, "/undo-email-change"));

        await thief.PostAsync("/undo-email-change", ("Token", later.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(second));
        using var owner = new SettingsClient(TestApp.Shared);
        await owner.PostAsync("/undo-email-change", ("Token", first.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    [Test]
    public async Task It_can_be_undone_for_seven_days_and_no_longer()
    {
        await using var app = await TestApp.StartAsync();
        foreach (var (wait, works) in new[] { (TimeSpan.FromDays(6.9), true), (TimeSpan.FromDays(7.1), false) })
        {
            var user = await app.CreateUserAsync();
            using var here = await SettingsClient.SignedInAsync(app, user);
            var address = await MoveAsync(here, NewAddress(), app);
            var undo = await Mailbox.NewestAsync(user.Email, "/undo-email-change", app.BaseAddress);
            app.Clock.Advance(wait);
            using var owner = new SettingsClient(app);
            await owner.PostAsync("/undo-email-change", ("Token", undo.Token));
            Assert.That(await app.QueryAsync<string>("SELECT email FROM users WHERE id = $1", user.Id), Is.EqualTo(works ? user.Email : address));
        }
    }

    [Test]
    public async Task An_account_that_never_confirmed_the_address_gives_way()
    {
        var address = NewAddress();
        await TestApp.Shared.AddUnfinishedAccountAsync(address, $"Copper lantern {Guid.NewGuid():N}!");
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        await MoveAsync(here, address);
        Assert.That(await TestApp.Shared.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", address), Is.EqualTo(user.Id));
    }

    [Test]
    public async Task An_address_taken_meanwhile_is_not_taken_over()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var owner = await TestApp.Shared.CreateUserAsync();
        await TestApp.Shared.QueryAsync<object>("UPDATE users SET email = $1, normalized_email = upper($1) WHERE id = $2", address, owner.Id);

        Assert.That((await here.PostAsync("/confirm-email-change", ("Token", mail.Token))).Text, Does.Contain("This link has been used"));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    [TestCase("ended by the owner")]
    [TestCase("signed out everywhere")]
    [TestCase("password reset")]
    [TestCase("password changed")]
    public async Task Whoever_was_thrown_out_after_asking_does_not_move_it(string how)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await thief.PostAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var owner = await api.LoginAsync(user);
        await (how switch
        {
            "ended by the owner" => api.DeleteAsync("/sessions", owner.Access),
            "signed out everywhere" => api.PostAsync("/auth/logout-everywhere", null, owner.Access),
            "password changed" => api.PostAsync("/password", new { current_password = user.Password, new_password = "Velvet harbour 7 morning!" }, owner.Access),
            _ => ResetAsync(user),
        });

        await thief.PostAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    [Test]
    public async Task Having_signed_out_oneself_is_no_hindrance()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostAsync("/account/email", ("Email", address));
        await here.PostAsync("/logout");
        await here.PostAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(address, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
    }

    [Test]
    public async Task Of_ten_confirmations_at_once_one_moves_it()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var phone = new SettingsClient(TestApp.Shared);
            return await phone.PostAsync("/confirm-email-change", ("Token", mail.Token));
        }));
        Assert.That(answers.Count(a => a.Location == "/login"), Is.EqualTo(1));
        Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'email_changed'", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_an_address_that_is_one_and_is_new_is_asked_at_and_five_times_an_hour_at_most()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await SettingsClient.SignedInAsync(TestApp.Shared, user);
        Assert.That((await here.PostAsync("/account/email", ("Email", "nonsense"))).Text, Does.Contain("Enter an e-mail address"));
        Assert.That((await here.PostAsync("/account/email", ("Email", user.Email.ToUpperInvariant()))).Text, Does.Contain("This is your address already."));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await here.PostAsync("/account/email", ("Email", NewAddress()))).Status, Is.EqualTo(HttpStatusCode.Found));
        }

        Assert.That((await here.PostAsync("/account/email", ("Email", NewAddress()))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    private async Task<ApiAnswer> ResetAsync(TestUser user)
    {
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        return await api.PostAsync(
            "/auth/reset-password", new { token = (await Mailbox.NewestAsync(user.Email, "/reset-password")).Token, new_password = "Velvet harbour 7 morning!" });
    }

    private static string NewAddress() => $"moved-{Guid.NewGuid():N}@example.org";

    private static async Task<string> MoveAsync(SettingsClient page, string address, TestApp? app = null)
    {
        await page.PostAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change", app?.BaseAddress);
        var answer = await page.PostAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(answer.Location, Is.EqualTo("/account/email"), answer.Text);
        return address;
    }

    private static string Anonymous(string page, string address) =>
        System.Text.RegularExpressions.Regex.Replace(page.Replace(address, "…", StringComparison.Ordinal), "(__RequestVerificationToken\"[^>]*value=)\"[^\"]*\"", "$1");

    private static async Task<string> MailTextAsync(string to)
    {
        using var http = new HttpClient { BaseAddress = TestApp.Shared.BaseAddress };
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (true)
        {
            var mails = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri("/dev/mailbox.json", UriKind.Relative), deadline.Token)).RootElement;
            foreach (var mail in mails.EnumerateArray().Where(m => m.GetProperty("to").GetString()!.Contains(to, StringComparison.Ordinal)))
            {
                return mail.GetProperty("text").GetString()!;
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    private static Task<string?> AddressAsync(TestUser user) => TestApp.Shared.QueryAsync<string>("SELECT email FROM users WHERE id = $1", user.Id);

    private Task<ApiAnswer> LoginAsync(string email, string password) => api.PostAsync("/auth/login", new { email, password });
}
