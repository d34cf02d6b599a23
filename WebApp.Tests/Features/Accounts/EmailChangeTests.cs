using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static WebApp.Tests.Features.Accounts.EmailChanges;

namespace WebApp.Tests.Features.Accounts;

/// <summary>An account moves to another address.</summary>
public sealed class EmailChangeTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task It_is_confirmed_from_the_new_mailbox_and_the_old_one_is_notified()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        using var elsewhere = await PageClient.SignInAsync(TestApp.Shared, user);
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var address = NewAddress();

        var asked = await here.PostFormAsync("/account/email", ("Email", address));
        var before = await AddressAsync(user);
        using var phone = new PageClient(TestApp.Shared);
        var confirmed = await phone.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(address, "/confirm-email-change")).Token));

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
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostFormAsync("/account/email", ("Email", address));
        var code = (await Mailbox.NewestAsync(address, "/confirm-email-change")).Code;

        using var stranger = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        using var nobody = new PageClient(TestApp.Shared);
        Assert.That((await stranger.PostFormAsync("/confirm-email-change", ("Code", code))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await nobody.PostFormAsync("/confirm-email-change", ("Code", code))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));

        Assert.That((await here.GetAsync("/confirm-email-change")).Text, Does.Contain(address));
        Assert.That((await here.PostFormAsync("/confirm-email-change", ("Code", code))).Location, Is.EqualTo("/account/email"));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_mail_sent_again_leaves_the_first_good_until_one_of_them_is_used(bool first)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostFormAsync("/account/email", ("Email", address));
        var old = await Mailbox.NewestAsync(address, "/confirm-email-change");
        await here.PostFormAsync("/account/email", ("Email", address));
        var fresh = await Mailbox.NewestAsync(address, "/confirm-email-change");
        Assert.That(fresh, Is.Not.EqualTo(old));

        var (used, other) = first ? (old, fresh) : (fresh, old);
        await here.PostFormAsync("/confirm-email-change", ("Token", used.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
        Assert.That((await here.PostFormAsync("/confirm-email-change", ("Token", other.Token))).Text, Does.Contain("This link was used already"));
    }

    [Test]
    public async Task Asking_for_another_address_voids_the_one_before_which_may_be_misspelt()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var (misspelt, right) = (NewAddress(), NewAddress());
        await here.PostFormAsync("/account/email", ("Email", misspelt));
        var old = await Mailbox.NewestAsync(misspelt, "/confirm-email-change");
        await here.PostFormAsync("/account/email", ("Email", right));
        await here.PostFormAsync("/confirm-email-change", ("Token", old.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
        await here.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(right, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(right));
    }

    [TestCase("ended by the owner")]
    [TestCase("signed out everywhere")]
    [TestCase("password reset")]
    [TestCase("password changed")]
    public async Task A_session_that_was_ended_after_asking_does_not_move_the_account(string how)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var thief = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await thief.PostFormAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var owner = await api.LoginAsync(user);
        await (how switch
        {
            "ended by the owner" => api.DeleteAsync("/sessions", owner.Access),
            "signed out everywhere" => api.PostAsync("/auth/logout-everywhere", null, owner.Access),
            "password changed" => api.PostAsync("/password", new { current_password = user.Password, new_password = "Velvet harbour 7 morning!" }, owner.Access),
            _ => ResetAsync(user),
        });

        await thief.PostFormAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(user.Email));
    }

    [Test]
    public async Task A_user_who_signed_out_after_asking_can_confirm()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostFormAsync("/account/email", ("Email", address));
        await here.PostFormAsync("/logout");
        await here.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(address, "/confirm-email-change")).Token));
        Assert.That(await AddressAsync(user), Is.EqualTo(address));
    }

    [Test]
    public async Task Of_ten_confirmations_at_once_one_moves_it()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        var address = NewAddress();
        await here.PostFormAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var phone = new PageClient(TestApp.Shared);
            return await phone.PostFormAsync("/confirm-email-change", ("Token", mail.Token));
        }));
        Assert.That(answers.Count(a => a.Location == "/login"), Is.EqualTo(1));
        Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'email_changed'", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_an_address_that_is_one_and_is_new_is_asked_at_and_five_times_an_hour_at_most()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That((await here.PostFormAsync("/account/email", ("Email", "nonsense"))).Text, Does.Contain("Enter an email address"));
        Assert.That((await here.PostFormAsync("/account/email", ("Email", user.Email.ToUpperInvariant()))).Text, Does.Contain("This is your address already."));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await here.PostFormAsync("/account/email", ("Email", NewAddress()))).Status, Is.EqualTo(HttpStatusCode.Found));
        }

        Assert.That((await here.PostFormAsync("/account/email", ("Email", NewAddress()))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    private async Task<Answer> ResetAsync(TestUser user)
    {
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        return await api.PostAsync(
            "/auth/reset-password", new { token = (await Mailbox.NewestAsync(user.Email, "/reset-password")).Token, new_password = "Velvet harbour 7 morning!" });
    }

    private Task<Answer> LoginAsync(string email, string password) => api.PostAsync("/auth/login", new { email, password });
}
