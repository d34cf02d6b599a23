using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>A page of a site whose proxy asks the application who comes.</summary>
internal static class ProtectedPage
{
    extension(PageClient browser)
    {
        /// <summary>Opens the page, signs in through the pages as a browser without scripts that follows what it is sent, and opens it again.</summary>
        public async Task<Answer> EnterAsync(TestUser user, Uri page)
        {
            var refused = await browser.GetAsync(page.AbsoluteUri);
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Found), refused.Text);
            var accounts = new Uri(refused.Location!);
            var login = await browser.GetAsync(accounts.AbsoluteUri);
            var done = await browser.PostWithTokenAsync(
                new Uri(accounts, "/login").AbsoluteUri, ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", login.Field("ReturnUrl")));
            Assert.That(done.Status, Is.EqualTo(HttpStatusCode.Found), done.Text);
            var between = await browser.GetAsync(new Uri(accounts, done.Location).AbsoluteUri);
            var entered = await browser.GetAsync(between.Refresh);
            Assert.That((entered.Status, entered.Location), Is.EqualTo((HttpStatusCode.Found, page.AbsoluteUri)), entered.Text);
            return await browser.GetAsync(page.AbsoluteUri);
        }
    }
}
