using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>Groups as people meet them, by the pages alone.</summary>
public sealed partial class InvitationStoryTests
{
    private readonly TestApp app = TestApp.Shared;

    [Test]
    public async Task Somebody_without_an_account_comes_from_the_mail_through_registration_into_the_group()
    {
        var owner = await PageClient.SignInAsync(app, await app.CreateUserAsync("Ada"));
        var group = await MakeAsync(owner, "Choir & band");
        var (email, password) = ($"newcomer-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());
        await owner.SubmitAsync(group, $"{group}/invitations", ("Email", email), ("Role", "member"));

        var newcomer = new PageClient(app);
        var invitation = await Mailbox.NewestAsync(email, "/invitations");
        var page = WebUtility.HtmlDecode((await newcomer.GetAsync(invitation.Link)).Text);
        Assert.That(page, Does.Contain("You are invited to Choir & band").And.Contain("Ada invites you").And.Contain(email));
        Assert.That((await newcomer.GetAsync("/register")).Text, Does.Contain($"value=\"{email}\""), "the address need not be typed");
        await newcomer.SubmitAsync("/register", ("Email", email), ("Password", password));
        var confirmation = await Mailbox.NewestAsync(email, "/confirm-email");
        await newcomer.SubmitAsync(confirmation.Link, "/confirm-email", ("Token", confirmation.Token));
        var signedIn = await newcomer.SubmitAsync("/login", ("Email", email), ("Password", password));
        Assert.That(signedIn.Headers["Location"], Is.EqualTo(invitation.Link), "back to where they were going");
        var joined = await newcomer.SubmitAsync(invitation.Link, "/invitations/accept", ("Token", invitation.Token));
        Assert.That(joined.Headers["Location"], Is.EqualTo(group));
        Assert.That(WebUtility.HtmlDecode((await newcomer.GetAsync(group)).Text), Does.Contain("You are in Choir & band now.").And.Contain("Leave the group"));
        Assert.That((await newcomer.GetAsync(invitation.Link)).Text, Does.Contain("This invitation is no longer valid"));
        Assert.That((await new PageClient(app).LoginAsync(new(Guid.Empty, email, password))).Headers["Location"], Is.EqualTo("/account"), "that was once");
    }

    [Test]
    public async Task One_who_has_an_account_finds_it_in_the_list_or_types_the_code_or_declines()
    {
        var owner = await PageClient.SignInAsync(app, await app.CreateUserAsync());
        var guest = await app.CreateUserAsync();
        var browser = await PageClient.SignInAsync(app, guest);
        var (first, second, third) = (await MakeAsync(owner, "First"), await MakeAsync(owner, "Second"), await MakeAsync(owner, "Third"));
        await owner.SubmitAsync(first, $"{first}/invitations", ("Email", guest.Email));
        var code = (await Mailbox.NewestAsync(guest.Email, "/invitations")).Code;
        Assert.That((await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Code", ""))).Text, Does.Contain("Enter the code"));
        Assert.That((await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Code", code))).Headers["Location"], Is.EqualTo(first));
        await owner.SubmitAsync(second, $"{second}/invitations", ("Email", guest.Email), ("Role", "admin"));
        await owner.SubmitAsync(third, $"{third}/invitations", ("Email", guest.Email));
        Assert.That(await ListedAsync(browser), Has.Length.EqualTo(2));
        var id = (await app.QueryAsync<Guid>("SELECT id FROM group_invitations WHERE email = $1 AND role = 'admin'", guest.Email)).ToString();
        Assert.That((await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Id", id))).Headers["Location"], Is.EqualTo(second));
        Assert.That((await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Id", id))).Headers["Location"], Is.EqualTo("/account/groups"));
        await browser.SubmitAsync("/account/groups", "/invitations/decline", ("Id", (await ListedAsync(browser)).Single()));
        Assert.That(await ListedAsync(browser), Is.Empty);
        Assert.That((await browser.GetAsync(third)).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_link_for_another_address_opens_nothing_and_names_the_way_out()
    {
        var owner = await PageClient.SignInAsync(app, await app.CreateUserAsync());
        var group = await MakeAsync(owner, "Choir");
        var (guest, finder) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        await owner.SubmitAsync(group, $"{group}/invitations", ("Email", guest.Email));
        var mail = await Mailbox.NewestAsync(guest.Email, "/invitations");
        var browser = await PageClient.SignInAsync(app, finder);
        Assert.That((await browser.GetAsync(mail.Link)).Text, Does.Contain("Sign out and come back").And.Not.Contain(">Accept<"));
        await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Token", mail.Token));
        await browser.SubmitAsync("/account/groups", "/invitations/decline", ("Token", mail.Token));
        var id = await app.QueryAsync<Guid>("SELECT id FROM group_invitations WHERE email = $1", guest.Email);
        await browser.SubmitAsync("/account/groups", "/invitations/accept", ("Id", id.ToString()));
        Assert.That((await browser.GetAsync(group)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await new PageClient(app).GetAsync(mail.Link)).Text, Does.Contain("You are invited"), "it still waits");
    }

    [Test]
    public async Task The_owner_promotes_hands_over_and_goes()
    {
        var (ada, grace, stranger) = (await app.CreateUserAsync("Ada"), await app.CreateUserAsync("Grace"), await app.CreateUserAsync());
        var (owner, member, other) = (await PageClient.SignInAsync(app, ada), await PageClient.SignInAsync(app, grace), await PageClient.SignInAsync(app, stranger));
        var group = await MakeAsync(owner, "Choir");
        await app.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", Guid.Parse(group[^36..]), grace.Id);
        var (of, ofOwner) = ($"{group}/members/{grace.Id}", $"{group}/members/{ada.Id}");
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ($"{group}/rename", [("Name", "Mine")]), ($"{group}/delete", []), ($"{group}/invitations", [("Email", "x@example.org")]),
            ($"{ofOwner}/remove", []), ($"{of}/role", [("Role", "admin")]), ($"{of}/hand-over", []),
        })
        {
            Assert.That((await member.SubmitAsync(group, path, fields)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
            Assert.That((await other.SubmitAsync("/account", path, fields)).Status, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That((await other.GetAsync(group)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        await owner.SubmitAsync(group, $"{of}/role", ("Role", "admin"));
        Assert.That((await member.SubmitAsync(group, $"{group}/rename", ("Name", "Band"))).Headers["Location"], Is.EqualTo(group));
        Assert.That((await member.GetAsync(group)).Text, Does.Contain("The group is renamed.").And.Contain("<h1>Band</h1>"));
        Assert.That((await owner.SubmitAsync(group, $"{group}/rename", ("Name", ""))).Text, Does.Contain("Enter a name"));
        Assert.That((await owner.SubmitAsync(group, $"{group}/leave")).Headers["Location"], Is.EqualTo(group));
        Assert.That((await owner.GetAsync(group)).Text, Does.Contain("Hand it over first"));
        Assert.That((await owner.GetAsync($"{of}/hand-over")).Text, Does.Contain("Grace"));
        await owner.SubmitAsync($"{of}/hand-over", $"{of}/hand-over");
        Assert.That((await owner.SubmitAsync(group, $"{group}/leave")).Headers["Location"], Is.EqualTo("/account/groups"));
        Assert.That((await owner.GetAsync(group)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await member.SubmitAsync($"{group}/delete", $"{group}/delete")).Headers["Location"], Is.EqualTo("/account/groups"));
        Assert.That((await member.GetAsync(group)).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static async Task<string> MakeAsync(PageClient browser, string name)
    {
        var made = await browser.SubmitAsync("/account/groups", ("Name", name));
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Found), made.Text);
        return made.Headers["Location"];
    }

    private static async Task<string[]> ListedAsync(PageClient browser) =>
        [.. Listed().Matches((await browser.GetAsync("/account/groups")).Text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("data-invitation=\"([^\"]+)\"")]
    private static partial Regex Listed();
}
