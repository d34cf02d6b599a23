using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api;
using WebApp.Areas.Api.Bearer;
using WebApp.Sessions;
using WebApp.Tests.Support;

namespace WebApp.Tests.SignIn;

/// <summary>A sensitive page that is of the tests alone.</summary>
[Authorize]
[RequireRecentAuthentication(Page = "/probe?from=form")]
[Route("/probe")]
public sealed class ProbeController : Controller
{
    [HttpGet]
    public IActionResult Look() => Ok("looked");

    [HttpPost]
    public IActionResult Act() => Ok("acted");
}

/// <summary>A sensitive call that is of the tests alone.</summary>
[ApiEndpoint, BearerAuthorize, RecentAuthenticationRequired]
public sealed class ApiProbeController : ControllerBase
{
    [HttpGet("probe")]
    public IActionResult Look() => Ok();

    [HttpPost("probe")]
    public IActionResult Act() => NoContent();
}

/// <summary>Applications that have the probes, reached by name as passkeys want it.</summary>
public static class Probes
{
    public static Task<TestApp> StartAsync() => TestApp.StartNamedAsync(
        adjust: builder => builder.Services.AddControllersWithViews().AddApplicationPart(typeof(Probes).Assembly));
}
