using System.Net;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http.Transport;

/// <summary>HEAD wherever GET is answered, and no TRACE.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RequestMethodsTests
{
    [Test]
    public async Task Head_is_answered_like_get_without_a_body_on_every_path_without_parameters()
    {
        using var http = TestApp.Shared.NewClient();
        foreach (var path in Paths())
        {
            using var get = await http.GetAsync(path);
            using HttpRequestMessage request = new(HttpMethod.Head, path);
            using var head = await http.SendAsync(request);
            Assert.That(head.StatusCode, Is.EqualTo(get.StatusCode), path.ToString());
            Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty, path.ToString());
        }
    }

    [TestCase("/login")]
    [TestCase("/api/v1/me")]
    [TestCase("/css/site.css")]
    public async Task Trace_is_refused(string path)
    {
        using var http = TestApp.Shared.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Trace, new Uri(path, UriKind.Relative));
        using var answer = await http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    private static IEnumerable<Uri> Paths() => TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.Parameters.Count == 0 && endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.ControllerName != "DevMailbox")
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: var methods } || methods.Contains("GET"))
        .Select(endpoint => new Uri("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), UriKind.Relative)).Distinct();
}
