using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

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

/// <summary>The answer of <c>GET /me</c> by way of JwtBearer, authorization and MVC.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class ApiMeProbeController : ControllerBase
{
    [HttpGet("me-probe"), ApiTokenScope(ApiScope.ProfileRead)]
    public IActionResult Look() => Ok(MeResponse.From(BearerIdentity.FromRequest(HttpContext)));
}

/// <summary>Applications that have the probes, reached by name as passkeys want it.</summary>
public static class Probes
{
    public static Task<TestApp> StartAsync(string? connectionString = null, params string[] settings) => TestApp.StartNamedAsync(
        connectionString, builder => builder.Services.AddControllersWithViews().AddApplicationPart(typeof(Probes).Assembly), settings);
}
