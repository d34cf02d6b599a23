using Microsoft.AspNetCore.Authentication.JwtBearer;
using WebApp.Features.Roles;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Sets up the Bearer scheme, and endpoints that use it without the framework.</summary>
public static class BearerSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers JwtBearer with the application's own check of tokens.</summary>
        public void AddBearer()
        {
            services.AddSingleton<TokenGuesses>();
            services.AddSingleton<BearerAuthentication>();
            services.AddSingleton<ServiceAuthentication>();
            services.AddSingleton<BearerTokenHandler>();
            services.AddSingleton<BearerEvents>();
            services.AddAuthentication().AddJwtBearer();
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<BearerTokenHandler, BearerEvents>((options, handler, events) =>
            {
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(handler);
                options.Events = events;
                options.SaveToken = false;
            });

            // The handler logs each refused token with an exception. The client gets the reason in the answer, and refusals are counted.
            services.AddLogging(logging => logging.AddFilter(typeof(JwtBearerHandler).FullName, LogLevel.None));
        }
    }

    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>
        /// Maps an endpoint for callers with a valid token that calls <see cref="BearerAuthentication"/> directly. JwtBearer, authorization and MVC
        /// would double the cost of such a call (docs/performance.md). A test checks that both ways give the same answers.
        /// </summary>
        /// <param name="pattern">The route.</param>
        /// <param name="scope">The scope that an API token needs.</param>
        /// <param name="answer">Answers an allowed caller.</param>
        public IEndpointConventionBuilder MapBearerGet(string pattern, string scope, Func<HttpContext, BearerIdentity, Task> answer)
        {
            var authentication = endpoints.ServiceProvider.GetRequiredService<BearerAuthentication>();
            return endpoints.MapGet(pattern, context => AnswerAsync(context, authentication, scope, answer))
                .WithMetadata(authentication, new ApiTokenScopeAttribute(scope));
        }

        /// <summary>The same for a POST that needs a permission; an API token needs the scope of the same name, and a service account with the permission is admitted too.</summary>
        /// <param name="pattern">The route.</param>
        /// <param name="permission">The permission.</param>
        /// <param name="answer">Answers an allowed caller.</param>
        public IEndpointConventionBuilder MapBearerPost(string pattern, string permission, Func<HttpContext, Task> answer)
        {
            var authentication = endpoints.ServiceProvider.GetRequiredService<BearerAuthentication>();
            var services = endpoints.ServiceProvider.GetRequiredService<ServiceAuthentication>();
            return endpoints.MapPost(pattern, context => ServiceAuthentication.IsSent(context.Request)
                    ? services.AnswerAsync(context, permission, answer)
                    : AnswerAsync(context, authentication, permission, (_, caller) =>
                        caller.User.Permissions.Contains(permission) ? answer(context) : new ApiProblem(ApiErrors.Forbidden).WriteAsync(context)))
                .WithMetadata(authentication, new RequirePermissionAttribute(permission));
        }
    }

    /// <summary>Answers an allowed caller, and refuses all others.</summary>
    public static async Task AnswerAsync(HttpContext context, BearerAuthentication authentication, string scope, Func<HttpContext, BearerIdentity, Task> answer)
    {
        var (caller, refusal) = await authentication.AuthenticateAsync(context);
        await (refusal is not null ? BearerAuthentication.RefuseAsync(context, refusal)
            : BearerAuthentication.CheckScope(context, caller, scope) is { } problem ? problem.WriteAsync(context)
            : answer(context, caller!));
    }
}
