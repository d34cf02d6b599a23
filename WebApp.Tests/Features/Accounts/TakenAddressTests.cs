using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static WebApp.Tests.Features.Accounts.EmailChanges;

namespace WebApp.Tests.Features.Accounts;

/// <summary>An account is to move to an address that another account has, confirmed or not.</summary>
public sealed class TakenAddressTests
{
    [Test]
    public async Task A_taken_address_is_answered_alike_and_only_its_owner_is_notified()
    {
        var (user, owner) = (await TestApp.Shared.CreateUserAsync(), await TestApp.Shared.CreateUserAsync());
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var free = NewAddress();

        var (toFree, afterFree) = (await here.PostFormAsync("/account/email", ("Email", free)), await here.GetAsync("/confirm-email-change"));
        var (toTaken, afterTaken) = (await here.PostFormAsync("/account/email", ("Email", owner.Email)), await here.GetAsync("/confirm-email-change"));
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
        var holder = await app.AddUnfinishedAccountAsync(held, TestUser.NewPassword());
        await app.AddUnfinishedAccountAsync(empty, TestUser.NewPassword());
        using var here = await PageClient.SignInAsync(app, user);

        // Given after the mail was asked for: the move itself must look.
        await here.PostFormAsync("/account/email", ("Email", held));
        var mail = await Mailbox.NewestAsync(held, "/confirm-email-change");
        await app.QueryAsync<object>(given, holder);
        var refused = await here.PostFormAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.OK), "the form again");
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
        Assert.That(await app.QueryAsync<string>("SELECT email FROM users WHERE id = $1", holder), Is.EqualTo(held));

        // Asked for now, it is an address that is taken.
        await here.PostFormAsync("/account/email", ("Email", held));
        Assert.That(await MailTextAsync(held), Does.Contain("It has one already"));

        await here.PostFormAsync("/account/email", ("Email", empty));
        await here.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(empty, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(empty), "One with nothing in it gives way.");
    }

    [Test]
    public async Task An_account_that_never_confirmed_the_address_loses_it()
    {
        var address = NewAddress();
        await TestApp.Shared.AddUnfinishedAccountAsync(address, TestUser.NewPassword());
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        await MoveAsync(here, address);
        Assert.That(await TestApp.Shared.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", address), Is.EqualTo(user.Id));
    }

    [Test]
    public async Task An_address_taken_meanwhile_is_not_taken_over()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostFormAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var owner = await TestApp.Shared.CreateUserAsync();
        await TestApp.Shared.QueryAsync<object>("UPDATE users SET email = $1, normalized_email = upper($1) WHERE id = $2", address, owner.Id);

        Assert.That((await here.PostFormAsync("/confirm-email-change", ("Token", mail.Token))).Text, Does.Contain("This link was used already"));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    private static string Anonymous(string page, string address) =>
        Regex.Replace(page.Replace(address, "…", StringComparison.Ordinal), "(__(?:RequestVerification|Page)Token\"[^>]*value=)\"[^\"]*\"", "$1");

    private static async Task<string> MailTextAsync(string to)
    {
        using var http = TestApp.Shared.NewClient();
        string? text = null;
        await Patience.UntilAsync(async () => (text = JsonDocument.Parse(await http.GetStringAsync(Mailbox.PathFor(to))).RootElement.EnumerateArray()
            .Select(mail => mail.GetProperty("text").GetString()).FirstOrDefault()) is not null);
        return text!;
    }
}
