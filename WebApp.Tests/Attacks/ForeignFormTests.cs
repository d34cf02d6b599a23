using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Forms that a browser says another site made it send, and tokens that scripts send as a header (ASVS 3.5.1, 3.5.3).</summary>
public sealed class ForeignFormTests : OwnApp
{
    private const string TokenHeader = "RequestVerificationToken";

    [TestCase("cross-site")]
    [TestCase("same-site")]
    [TestCase("nonsense")]
    public async Task A_form_sent_from_another_site_is_refused_on_every_page_even_with_its_token(string site)
    {
        using var browser = await SignedInAsync();
        var before = await Rows.CountAsync(App);
        var pages = WayIn.All(App).Where(way => !way.IsApi && !way.Reads).ToArray();
        Assert.That(pages, Has.Length.GreaterThan(30));
        foreach (var way in pages)
        {
            using var request = browser.Form(way.Path(), [.. way.Inputs.Select(name => (name, "x"))]);
            request.Headers.Add("Sec-Fetch-Site", site);
            var answer = await browser.SendAsync(request);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), $"{way}");
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [TestCase("same-origin")]
    [TestCase("none")]
    public async Task A_form_of_our_own_is_taken(string site)
    {
        using var browser = await SignedInAsync();
        using var request = browser.Form("/account/profile", ("DisplayName", "Grace"));
        request.Headers.Add("Sec-Fetch-Site", site);
        var answer = await browser.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
    }

    [Test]
    public async Task A_link_on_another_site_may_be_followed()
    {
        using var browser = await SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account", UriKind.Relative));
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        var answer = await browser.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_scripts_token_may_come_as_a_header_and_is_checked_alike()
    {
        using var browser = await SignedInAsync();
        using var other = await SignedInAsync();
        foreach (var (token, status) in new[] { (browser.Token, HttpStatusCode.OK), (other.Token, HttpStatusCode.BadRequest), ("x", HttpStatusCode.BadRequest), ("", HttpStatusCode.BadRequest) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/account/passkeys/add/options", UriKind.Relative));
            request.Headers.TryAddWithoutValidation(TokenHeader, token);
            var answer = await browser.SendAsync(request);
            Assert.That(answer.Status, Is.EqualTo(status));
        }
    }

    [TestCase("application/x-www-form-urlencoded; charset=utf-7")]
    [TestCase("application/x-www-form-urlencoded; charset=\"utf-16\"")]
    [TestCase("multipart/form-data; boundary=x")]
    public async Task A_form_that_no_page_sends_is_refused(string type)
    {
        using var browser = await SignedInAsync();
        using var request = browser.Form("/account/profile", ("DisplayName", "Grace"));
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await browser.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    private async Task<PageClient> SignedInAsync()
    {
        var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync("Ada"));
        await browser.GetAsync("/account");
        return browser;
    }
}
