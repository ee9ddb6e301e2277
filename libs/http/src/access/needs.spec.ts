import { PERMISSIONS } from '@stadtfunk/accounts';
import { Controller, Get } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { CONTROLLERS } from '../http.module.ts';
import { Operation, operation } from '../operation.ts';
import { routesOf } from '../openapi.ts';

const nothing = operation({ summary: 'Nothing', tag: 'system', answer: { status: 204, schema: null } });

@Controller('forgetful')
class Forgetful {
  @Get()
  @Operation(nothing)
  list(): void {}
}

/** Open to whoever comes, and to whoever is signed in whatever he may: nothing of the city is behind these. */
const OPEN = [
  'POST /api/v1/session',
  'GET /api/v1/session',
  'DELETE /api/v1/session',
  'GET /api/v1/sign-in-methods',
  'PUT /api/v1/session/password',
  'POST /api/v1/session/invitation',
  'POST /api/v1/session/set-password',
  'GET /api/v1/sessions',
  'DELETE /api/v1/sessions',
  'DELETE /api/v1/sessions/:sessionId',
  'GET /api/v1/oidc/start',
  'GET /api/v1/oidc/callback',
  'GET /api/v1/console-settings',
  'POST /api/v1/handover/:target/status',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /api/openapi.json',
];

describe('The permissions of the routes', () => {
  it('are declared by every one', () => {
    for (const { method, path, need } of routesOf(CONTROLLERS)) {
      if (need !== null) expect(PERMISSIONS, `${method} ${path}`).toContain(need.permission);
    }
  });

  it('are missing only where it is meant so', () => {
    const open = routesOf(CONTROLLERS).filter(({ need }) => need === null);
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...OPEN].sort());
  });

  it('cannot be forgotten: such a controller keeps the server from starting', () => {
    expect(() => routesOf([Forgetful])).toThrow('the handler Forgetful.list has neither @Needs nor @Open');
  });

  it('to change something are never those to read', () => {
    for (const { method, path, need } of routesOf(CONTROLLERS)) {
      if (method !== 'GET' && need !== null) expect(need.permission, `${method} ${path}`).not.toMatch(/\.read$/);
    }
  });
});
