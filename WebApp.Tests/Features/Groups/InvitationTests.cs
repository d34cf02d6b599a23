using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Groups;

/// <summary>An invitation works once, for who was invited, while it waits.</summary>
public sealed class InvitationTests : OwnApp
{
    private TestUser owner = null!;
    private TestUser guest = null!;
    private string access = "";
    private string guestAccess = "";
    private Guid group;

    [SetUp]
    public async Task MakeGroup()
    {
        (owner, guest) = (await App.CreateUserAsync("Ada"), await App.CreateUserAsync());
        (access, guestAccess) = ((await Api.LoginAsync(owner)).Access, (await Api.LoginAsync(guest)).Access);
        group = await Api.CreateGroupAsync(access);
    }

    [Test]
    public async Task Of_many_acceptances_at_once_one_makes_a_membership()
    {
        var mail = await InviteAsync(guest.Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => AcceptAsync(mail.Token)));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code), Is.All.EqualTo("invalid_code"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM group_members WHERE group_id = $1 AND user_id = $2", group, guest.Id), Is.EqualTo(1));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'group_joined'", guest.Id), Is.EqualTo(1));
        Assert.That(await Api.GroupsAsync(guestAccess), Is.EqualTo([("Choir", "member")]));
    }

    [Test]
    public async Task Sending_again_replaces_link_and_code()
    {
        var first = await InviteAsync(guest.Email);
        var second = await InviteAsync(guest.Email, notYet: first.Token);
        Assert.That((await AcceptAsync(first.Token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.PostAsync("/invitations/accept", new { code = first.Code }, guestAccess)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await AcceptAsync(second.Token)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Taken_back_it_is_worth_nothing()
    {
        var mail = await InviteAsync(guest.Email);
        var id = (await Api.GetAsync($"/groups/{group}/invitations", access)).Json[0].GetProperty("id").GetGuid();
        Assert.That((await Api.DeleteAsync($"/groups/{group}/invitations/{id}", access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await AcceptAsync(mail.Token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.PostAsync("/invitations/accept", new { code = mail.Code }, guestAccess)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.DeleteAsync($"/groups/{group}/invitations/{id}", access)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task After_seven_days_it_is_too_old_until_it_is_sent_again()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        var (chief, late) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        var id = await api.CreateGroupAsync((await api.LoginAsync(chief)).Access);
        await api.PostAsync($"/groups/{id}/invitations", new { email = late.Email }, (await api.LoginAsync(chief)).Access);
        var mail = await Mailbox.NewestAsync(late.Email, "/invitations", app.BaseAddress);

        app.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        var bearer = (await api.LoginAsync(late)).Access;
        Assert.That((await api.PostAsync("/invitations/accept", new { token = mail.Token }, bearer)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await api.PostAsync("/invitations/accept", new { code = mail.Code }, bearer)).Code, Is.EqualTo("invalid_code"));
        await api.PostAsync($"/groups/{id}/invitations", new { email = late.Email }, (await api.LoginAsync(chief)).Access);
        Pages.Mail again;
        while ((again = await Mailbox.NewestAsync(late.Email, "/invitations", app.BaseAddress)).Token == mail.Token)
        {
        }

        app.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.That((await api.PostAsync("/invitations/accept", new { token = again.Token }, (await api.LoginAsync(late)).Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task It_is_for_the_invited_address_alone()
    {
        var mail = await InviteAsync(guest.Email);
        var finder = (await Api.LoginAsync(await App.CreateUserAsync())).Access;
        var refused = await Api.PostAsync("/invitations/accept", new { token = mail.Token }, finder);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Forbidden, "forbidden")));
        Assert.That((await Api.PostAsync("/invitations/accept", new { code = mail.Code }, finder)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await AcceptAsync(mail.Token)).Status, Is.EqualTo(HttpStatusCode.OK), "nothing was spent");
    }

    [Test]
    public async Task A_code_is_good_for_five_tries_and_its_link_goes_on()
    {
        var mail = await InviteAsync(guest.Email);
        var wrong = mail.Code == "00000000" ? "11111111" : "00000000";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Api.PostAsync("/invitations/accept", new { code = wrong }, guestAccess)));
        Assert.That((await Api.PostAsync("/invitations/accept", new { code = mail.Code }, guestAccess)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await AcceptAsync(mail.Token)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_code_typed_with_spaces_lets_in()
    {
        var mail = await InviteAsync(guest.Email);
        var answer = await Api.PostAsync("/invitations/accept", new { code = $"{mail.Code[..4]} {mail.Code[4..]}" }, guestAccess);
        Assert.That((answer.Status, answer.Json.GetProperty("role").GetString()), Is.EqualTo((HttpStatusCode.OK, "member")), answer.Text);
    }

    [Test]
    public async Task A_stranger_gets_five_mails_a_day_at_most_and_the_answer_says_when()
    {
        for (var i = 0; i < 5; i++)
        {
            await Api.PostAsync($"/groups/{group}/invitations", new { email = guest.Email }, access);
        }

        var refused = await Api.PostAsync($"/groups/{await Api.CreateGroupAsync(access)}/invitations", new { email = guest.Email.ToUpperInvariant() }, access);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, "too_many_attempts")));
        Assert.That(int.Parse(refused.Headers["Retry-After"]), Is.InRange(80_000, 86_400));
    }

    [Test]
    public async Task A_group_sends_thirty_an_hour()
    {
        await App.QueryAsync<object>("INSERT INTO attempts VALUES ($1, 29, now() + interval '1 hour')", $"invite:group:{group}");
        Assert.That((await Api.PostAsync($"/groups/{group}/invitations", new { email = "a@example.org" }, access)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await Api.PostAsync($"/groups/{group}/invitations", new { email = "b@example.org" }, access)).Code, Is.EqualTo("too_many_attempts"));
    }

    [Test]
    public async Task The_answer_is_the_same_with_and_without_an_account()
    {
        var known = await Api.PostAsync($"/groups/{group}/invitations", new { email = guest.Email }, access);
        var unknown = await Api.PostAsync($"/groups/{group}/invitations", new { email = $"user-{Guid.NewGuid():N}@example.org" }, access);
        Assert.That(known.Status, Is.EqualTo(unknown.Status));
        Assert.That(Answer.Members(known.Json), Is.EqualTo(Answer.Members(unknown.Json)));
        Assert.That(await Mailbox.OfSubjectAsync(guest.Email, "You are invited", App.BaseAddress), Does.Contain(owner.Email).And.Not.Contain("Choir").And.Not.Contain("Ada"));
    }

    [Test]
    public async Task Nobody_is_in_more_than_fifty_groups_however_parallel()
    {
        await App.QueryAsync<object>("WITH made AS (INSERT INTO groups SELECT gen_random_uuid(), 'x', now() FROM generate_series(1, 48) RETURNING id) INSERT INTO group_members SELECT id, $1, 'member', now() FROM made", guest.Id);
        var mail = await InviteAsync(guest.Email);
        var answers = await Task.WhenAll([AcceptAsync(mail.Token), .. Enumerable.Range(0, 6).Select(_ => Api.PostAsync("/groups", new { name = "y" }, guestAccess))]);
        Assert.That(answers.Count(a => (int)a.Status is 200 or 201), Is.EqualTo(2));
        Assert.That(answers.Where(a => (int)a.Status is not (200 or 201)).Select(a => a.Code), Is.All.EqualTo("conflict"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM group_members WHERE user_id = $1", guest.Id), Is.EqualTo(50));
    }

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("two\nlines")]
    [TestCase("turned \u202E around")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890")]
    public async Task A_group_has_a_plain_name(string name)
    {
        var answer = await Api.PostAsync("/groups", new { name }, access);
        Assert.That((answer.Code, answer.Json.GetProperty("errors").TryGetProperty("name", out _)), Is.EqualTo(("validation_failed", true)), answer.Text);
    }

    private Task<Answer> AcceptAsync(string token) => Api.PostAsync("/invitations/accept", new { token }, guestAccess);

    private async Task<Pages.Mail> InviteAsync(string email, string? notYet = null)
    {
        var answer = await Api.PostAsync($"/groups/{group}/invitations", new { email }, access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Created), answer.Text);
        Pages.Mail mail;
        while ((mail = await Mailbox.NewestAsync(email, "/invitations", App.BaseAddress)).Token == notYet)
        {
        }

        return mail;
    }
}
