using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Roles;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>How the service is doing.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.AuditRead)]
public sealed class StatsController(ServiceFigures figures) : ControllerBase
{
    /// <summary>The last minutes: by the minute up to 120, else the last day by the quarter of an hour.</summary>
    [HttpGet("admin/stats")]
    [AnswersWith<StatsResponse>]
    public async Task<IActionResult> Read(int minutes = 60, CancellationToken cancel = default) => minutes is < 1 or > ServiceFigures.MostMinutes
        ? ApiProblem.Invalid([new FieldError(nameof(minutes), $"Send a number from 1 to {ServiceFigures.MostMinutes}.")])
        : Ok(StatsResponse.Of(await figures.ReadAsync(minutes, cancel)));
}
