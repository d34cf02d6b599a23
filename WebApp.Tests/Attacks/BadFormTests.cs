using System.Net;
using System.Net.Http.Headers;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Bodies that the two calls which take a form cannot use.</summary>
public sealed class BadFormTests : OwnApp
{
    private const string Form = "application/x-www-form-urlencoded";

    private string bearer = "";

    private static IEnumerable<string> Calls => ["/tokens/introspect", "/tokens/revoke"];

    [OneTimeSetUp]
    public async Task SignIn() => bearer = (await Api.LoginAsync(await App.CreateIntrospectorAsync())).Access;

    [TestCase("")]
    [TestCase("token")]
    [TestCase("token=")]
    [TestCase("=x")]
    [TestCase("Tokens=x")]
    [TestCase("token_type_hint=access_token")]
    [TestCase("token=x&token=y")]
    [TestCase("token=&token=y")]
    [TestCase("&&&==&")]
    public async Task Without_exactly_one_token_nothing_is_done(string body)
    {
        foreach (var call in Calls)
        {
            var answer = await SendAsync(call, body, Form);
            Assert.That(answer.Code, Is.EqualTo("validation_failed"), call);
            Assert.That(Answer.Members(answer.Json.GetProperty("errors")), Is.EqualTo(["token"]));
        }
    }

    [Test]
    public async Task A_token_in_the_address_is_not_looked_at()
    {
        foreach (var call in Calls)
        {
            Assert.That((await SendAsync($"{call}?token=x", "", Form)).Code, Is.EqualTo("validation_failed"));
        }
    }

    [Test]
    public async Task What_is_no_form_by_its_type_is_refused()
    {
        foreach (var call in Calls)
        {
            foreach (var type in new[] { "application/json", "text/plain", "multipart/form-data; boundary=x", null })
            {
                var answer = await SendAsync(call, "token=x", type);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")), $"{call} {type}");
            }
        }
    }

    [Test]
    public async Task Too_many_too_long_or_unreadable_fields_are_refused()
    {
        foreach (var call in Calls)
        {
            Assert.That((await SendAsync(call, string.Join('&', Enumerable.Range(0, 2000).Select(i => $"f{i}=x")) + "&token=x", Form)).Code, Is.EqualTo("malformed_request"));
            Assert.That((await SendAsync(call, "token=%00", Form)).Code, Is.EqualTo("malformed_request"));
            Assert.That((await SendAsync(call, $"{new string('k', 5000)}=x&token=x", Form)).Code, Is.EqualTo("malformed_request"));
            foreach (var chunked in new[] { false, true })
            {
                Assert.That((await SendAsync(call, $"token={new string('x', 70_000)}", Form, chunked)).Code, Is.EqualTo("payload_too_large"), $"{call} chunked: {chunked}");
            }
        }
    }

    [Test]
    public async Task Other_methods_have_their_own_status()
    {
        foreach (var call in Calls)
        {
            Assert.That((await Api.GetAsync($"{call}?token=x", bearer)).Code, Is.EqualTo("method_not_allowed"));
        }
    }

    private async Task<Answer> SendAsync(string path, string body, string? type, bool chunked = false)
    {
        using var client = App.NewClient();
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1{path}", UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new("Bearer", bearer);
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
