using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>A registration is a thing of its own until it is confirmed, by its own password or in its own browser.</summary>
public sealed class RegistrationTests : OwnApp
{
    private const string Own = "Copper lantern over the 7 hills!";
    private const string Others = "Velvet harbour under the 9 moons!";

    [Test]
    public async Task Confirming_wants_the_password_of_that_registration_and_voids_the_others()
    {
        var email = New();
        await RegisterAsync(email, Own);
        var own = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        await RegisterAsync(email, Others);
        var others = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);

        Assert.That((await ConfirmAsync(others.Token, Own)).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = own.Token })).Code, Is.EqualTo("validation_failed"));
        Assert.That((await ConfirmAsync(own.Token, Own)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await ConfirmAsync(others.Token, Others)).Code, Is.EqualTo("invalid_code"));
        await App.ForgetGuessesAsync();
        await Api.LoginAsync(new(Guid.Empty, email, Own));
        Assert.That((await Api.PostAsync("/auth/login", new { email, password = Others })).Code, Is.EqualTo("invalid_credentials"));
    }

    [Test]
    public async Task Five_wrong_passwords_are_all_that_a_registration_takes_and_its_mail_still_chooses_another()
    {
        var email = New();
        await RegisterAsync(email, Own);
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.That((await ConfirmAsync(mail.Token, Others)).Code, Is.EqualTo("invalid_credentials"));
        }

        Assert.That((await ConfirmAsync(mail.Token, Own)).Code, Is.EqualTo("too_many_attempts"));
        var browser = new PageClient(App);
        var chosen = await browser.SubmitAsync($"/confirm-email/password?token={mail.Token}", "/confirm-email/password", ("Token", mail.Token), ("Password", Others));
        Assert.That(chosen.Headers["Location"], Is.EqualTo("/login"));
        await Api.LoginAsync(new(Guid.Empty, email, Others));
    }

    [Test]
    public async Task Who_guesses_at_the_address_from_outside_keeps_nobody_from_confirming()
    {
        var email = New();
        await RegisterAsync(email, Own);
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        await App.LockAsync(Api, email);
        Assert.That((await ConfirmAsync(mail.Token, Own)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await Api.LoginAsync(new(Guid.Empty, email, Own));
    }

    [Test]
    public async Task The_browser_that_registered_confirms_by_a_button_and_another_is_asked_for_the_password()
    {
        var email = New();
        var (here, elsewhere) = (new PageClient(App), new PageClient(App));
        await here.SubmitAsync("/register", ("Email", email), ("Password", Own));
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        Assert.That((await here.GetAsync(mail.Link)).Text, Does.Not.Contain("name=\"Password\"").And.Contain("Confirm my address"));
        Assert.That((await elsewhere.GetAsync(mail.Link)).Text, Does.Contain("name=\"Password\"").And.Contain("I don't know the password").And.Contain("I didn't register"));
        Assert.That((await elsewhere.SubmitAsync(mail.Link, "/confirm-email", ("Token", mail.Token))).Text, Does.Contain("Enter the password of this registration"));
        Assert.That((await elsewhere.SubmitAsync(mail.Link, "/confirm-email", ("Token", mail.Token), ("Password", Others))).Text, Does.Contain("Wrong password for this registration"));
        Assert.That((await here.SubmitAsync(mail.Link, "/confirm-email", ("Token", mail.Token))).Headers["Location"], Is.EqualTo("/login"));
        await App.ForgetGuessesAsync();
        await Api.LoginAsync(new(Guid.Empty, email, Own));
    }

    [Test]
    public async Task A_strangers_wrong_codes_take_nothing_from_the_browser_that_registered()
    {
        var email = New();
        var here = new PageClient(App);
        await here.SubmitAsync("/register", ("Email", email), ("Password", Own));
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        for (var n = 1; n <= 10; n++)
        {
            var code = ((int.Parse(mail.Code, System.Globalization.CultureInfo.InvariantCulture) + n) % 100_000_000).ToString("D8", System.Globalization.CultureInfo.InvariantCulture);
            Assert.That((await Api.PostAsync("/auth/confirm-email", new { email, code, password = Others })).Code, Is.EqualTo("invalid_code"));
        }

        Assert.That((await here.SubmitAsync("/confirm-email", ("Email", email), ("Code", mail.Code))).Headers["Location"], Is.EqualTo("/login"));
    }

    [Test]
    public async Task A_registration_that_its_mailbox_declines_is_void()
    {
        var email = New();
        await RegisterAsync(email, Others);
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        Assert.That((await new PageClient(App).SubmitAsync(mail.Link, "/confirm-email/decline", ("Token", mail.Token))).Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That((await ConfirmAsync(mail.Token, Others)).Code, Is.EqualTo("invalid_code"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'registration_declined'"), Is.Positive);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_account_that_waits_for_its_owner_is_not_touched_and_opened_by_a_reset_alone(bool imported)
    {
        var email = New();
        var id = imported ? await App.AddImportedAccountAsync(email, Role.AdminId) : await App.AddUnfinishedAccountAsync(email, Others);
        var before = await App.QueryAsync<string>("SELECT u::text FROM users u WHERE id = $1", id);
        await RegisterAsync(email, Others);
        await new PageClient(App).SubmitAsync("/register", ("Email", email), ("Password", Others));
        Assert.That(await App.QueryAsync<string>("SELECT u::text FROM users u WHERE id = $1", id), Is.EqualTo(before));
        Assert.That((await Api.PostAsync("/auth/login", new { email, password = Others })).Code, Is.EqualTo("invalid_credentials"));

        var mail = await Mailbox.NewestAsync(email, "/reset-password", App.BaseAddress);
        Assert.That((await Api.PostAsync("/auth/reset-password", new { token = mail.Token, new_password = Own })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await App.ForgetGuessesAsync();
        await Api.LoginAsync(new(id, email, Own));
    }

    [Test]
    public async Task The_browser_that_registered_can_have_the_mail_sent_again_and_both_work()
    {
        var email = New();
        using var browser = new PageClient(App);
        await browser.SubmitAsync("/register", ("Email", email), ("Password", Own));
        var first = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        Assert.That((await browser.SubmitAsync("/confirm-email", "/confirm-email/resend")).Location, Is.EqualTo("/confirm-email"));
        var second = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        Assert.That(second.Token, Is.Not.EqualTo(first.Token));
        Assert.That((await new PageClient(App).GetAsync($"/confirm-email?token={first.Token}")).Text, Does.Contain("Enter the password of this registration"), "still good");

        using var stranger = new PageClient(App);
        Assert.That((await stranger.SubmitAsync("/login", "/confirm-email/resend")).Location, Is.EqualTo("/register"));
        Assert.That((await browser.SubmitAsync("/confirm-email", ("Email", email), ("Code", second.Code))).Location, Is.EqualTo("/login"));
        await Api.LoginAsync(new(Guid.Empty, email, Own));
    }

    [Test]
    public async Task A_strangers_mails_never_keep_the_owners_from_going_out()
    {
        var (email, known) = (New(), (await App.CreateUserAsync()).Email);
        for (var place = 50; place < 80; place++)
        {
            using var http = App.NewClient($"127.0.0.{place}");
            var stranger = new ApiClient(http);
            for (var n = 0; n < 6; n++)
            {
                await stranger.PostAsync("/auth/register", new { email, password = Others });
                await stranger.PostAsync("/auth/forgot-password", new { email = known });
            }
        }

        var (before, resets) = ((await Mailbox.SubjectsAsync(email, App)).Count, (await Mailbox.SubjectsAsync(known, App)).Count);
        Assert.That(before, Is.InRange(30, 20 + 30), "at most twenty, and one for each further network");
        Assert.That(resets, Is.EqualTo(30), "at most one a minute for each network");
        var own = await Mailbox.NewestAsync(known, "/reset-password", App.BaseAddress);
        await RegisterAsync(email, Own);
        await Api.PostAsync("/auth/forgot-password", new { email = known });
        Assert.That(await Mailbox.SubjectsAsync(email, App), Has.Count.EqualTo(before + 1));
        Assert.That(await Mailbox.SubjectsAsync(known, App), Has.Count.EqualTo(resets + 1));
        await App.ConfirmAsync(email, Own);
        Assert.That((await Api.PostAsync("/auth/reset-password", new { token = own.Token, new_password = Own })).Status, Is.EqualTo(HttpStatusCode.NoContent), "another's request voids no link");
    }

    [Test]
    public async Task What_is_not_confirmed_goes()
    {
        var (email, old) = (New(), await App.AddUnfinishedAccountAsync(New(), Others));
        var imported = await App.AddImportedAccountAsync(New());
        await RegisterAsync(email, Own);
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        App.Clock.Advance(TimeSpan.FromHours(25));
        Assert.That((await ConfirmAsync(mail.Token, Own)).Code, Is.EqualTo("invalid_code"));
        await PruneAsync();
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM registrations WHERE email = $1", email), Is.Zero);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", old), Is.EqualTo(1));
        App.Clock.Advance(TimeSpan.FromDays(30));
        await PruneAsync();
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", old), Is.Zero);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", imported), Is.EqualTo(1), "an import is not a registration");
    }

    private static string New() => $"user-{Guid.NewGuid():N}@example.org";

    private Task PruneAsync() => App.Services.GetServices<IHostedService>().OfType<PruneWorker>().Single().RunAsync(CancellationToken.None);

    private async Task RegisterAsync(string email, string password) =>
        Assert.That((await Api.PostAsync("/auth/register", new { email, password })).Status, Is.EqualTo(HttpStatusCode.Accepted));

    private Task<Answer> ConfirmAsync(string token, string password) => Api.PostAsync("/auth/confirm-email", new { token, password });
}
